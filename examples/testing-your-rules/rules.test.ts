import { afterEach, beforeEach, expect, test } from "vitest";
import { Emulator, OfflineStack } from "pulumi-gitlab-cd/testing";

let gitlab: Emulator;
let stack: OfflineStack;

beforeEach(async () => {
  gitlab = await Emulator.start(); // the sample group acme
  stack = await OfflineStack.create({ program: __dirname, emulator: gitlab });
});
afterEach(() => gitlab.stop());

test("nobody but the release team deploys to production", async () => {
  (await stack.up()).orThrow();
  const rules = gitlab.world.protection("acme", "production");
  expect(rules?.deploy_access_levels.map((entry) => entry.access_level_description)).toEqual(["release"]);
});

test("a deployment to production takes three approvals", async () => {
  (await stack.up()).orThrow();
  const rules = gitlab.world.protection("acme", "production")?.approval_rules ?? [];
  expect(rules.reduce((sum, rule) => sum + rule.required_approvals, 0)).toBe(3);
});

test("production is never without rules, not even while they are made", async () => {
  gitlab.onAfterRequest(() => {
    const open = gitlab.world.environments("acme/shop").some(({ tier }) => tier === "production");
    if (open && gitlab.world.protection("acme", "production") === undefined) throw new Error("open");
  });
  (await stack.up()).orThrow();
});

test("a team that GitLab would silently leave out is an error that names it", async () => {
  gitlab.world.deleteGroup("acme/qa");
  const result = await stack.up();
  expect(result.ok).toBe(false);
  expect(result.errors.join("\n")).toContain("acme/qa");
});
