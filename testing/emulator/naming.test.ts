import { expect, it } from "vitest";
import { guessTier, slugOf } from "./model/naming";

// Samples of https://docs.gitlab.com/ci/environments/ and of gitlab-org/gitlab's specs.
it.each([
  ["production", "production"],
  ["Production", "production-iis43c"],
  ["foo.bar", "foo-bar-ckyr7v"],
  ["1-foo", "env-1-foo-1k46wz"],
  ["prod-", "prod"],
  ["review/023f1bce01229c686a73", "review-023f1bce01-3uxznk"],
  ["review/85d4c26a388348d3c4c0", "review-85d4c26a38-5giw1c"],
  ["review/fix-foo", "review-fix-foo-v25cyx"],
  ["us--east", "us-east-trje67"],
  ["abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopq-45ai7v"],
])("makes of %s the slug %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it.each([
  ["deploy", "other"],
  ["preprod", "staging"],
  ["production-test", "testing"],
  ["latest", "testing"],
  ["preview", "development"],
  ["delivery", "production"],
  ["LIVE", "production"],
  ["uat", "other"],
])("guesses for %s the tier %s", (name, tier) => {
  expect(guessTier(name)).toBe(tier);
});
