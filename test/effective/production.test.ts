import { expect, it } from "vitest";

import { soundsLikeProduction } from "../../provider/effective/production";

it.each([
  ["production", true],
  ["productionEU", true],
  ["eu/production", true],
  ["prod-1", true],
  ["PROD", true],
  ["live", true],
  ["review/fix-prod-login", false],
  ["staging/prod-mirror", false],
  ["production-test", false],
  ["preprod", false],
  ["non-production", false],
  ["delivery", false],
  ["product-catalogue", false],
])("%s sounds like production: %s", (name, expected) => {
  expect(soundsLikeProduction(name)).toBe(expected);
});
