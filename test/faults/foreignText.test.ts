import { expect, it, onTestFinished } from "vitest";

import { GitLabError } from "../../provider/gitlab/answer/errors";
import { PartialFailure, UserError } from "../../provider/lifecycle/errors";
import { startGitLab } from "../support/stack";
import type { Declared } from "../support/providerStack";
import { ProviderStack, sharedProcess } from "../support/providerStack";

const NASTY = "\u001b[2J\u001b]0;owned\u0007de\u202eploy\u009b31m\r\nerror: all is well";
/** Everything but the line breaks between lines of ours. */
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

it.each(["dynamic", "native"] as const)(
  "job names reach no terminal as they are through the %s door: neither in lines of progress nor in what a wait ends with",
  async (door) => {
    const gitlab = await startGitLab();
    gitlab.world.setPipelineOutcome("acme/shop", { status: "failed", jobs: [{ name: NASTY }] });
    const p: Declared = {
      name: "p",
      kind: "pipeline",
      props: { project: "acme/shop", ref: "main", waitFor: "success" },
    };
    const process = await sharedProcess(door, { gitlab });
    onTestFinished(() => process.close());
    const { errors } = await new ProviderStack("gitlab", door).up(process, [p]);
    expect(errors.join()).toContain("Failed jobs: deploy 31m error: all is well (build).");
    expect(process.lines.join()).toContain("failed");
    expect([...errors, ...process.lines].filter((text) => STEERS.test(text))).toEqual([]);
    // Nothing of somebody's name stands in a line of its own.
    expect([...errors, ...process.lines].join("\n")).not.toMatch(/^error: all is well/m);
  },
);

it.each([
  ["a refusal of ours", (text: string) => new UserError(`${text} is refused`)],
  ["what was done in part", (text: string) => new PartialFailure("id", {}, `${text} is refused`, "more")],
  ["GitLab's answer", (text: string) => new GitLabError(text, { kind: "server", hint: text })],
])("%s is one line without anything that a terminal acts on, in bounds", (_, make) => {
  const { message } = make(NASTY);
  expect(message).not.toMatch(STEERS);
  expect(message).toContain("deploy");
  expect(make("x".repeat(5_000_000)).message.length).toBeLessThan(10_100);
});
