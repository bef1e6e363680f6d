import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Emulator, OfflineStack } from "pulumi-gitlab-cd-testing";

// Each operation starts the program and a provider: seconds on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** `tsc` checks the types; running the program need not do it again. */
const env = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

let gitlab: Emulator;
let openMoments = 0;

beforeAll(async () => {
  gitlab = await Emulator.start(); // the sample group acme
  gitlab.onAfterRequest(() => {
    const exists = gitlab.world.environments("acme/shop").some(({ tier }) => tier === "production");
    if (exists && gitlab.world.protection("acme", "production") === undefined) openMoments++;
  });
  const stack = await OfflineStack.create({ program: __dirname, emulator: gitlab, env });
  (await stack.up()).orThrow();
});
afterAll(() => gitlab.stop());

it("nobody but the release team deploys to production", () => {
  const levels = gitlab.world.protection("acme", "production")?.deploy_access_levels ?? [];
  expect(levels.map((entry) => entry.access_level_description)).toEqual(["Release"]);
});

it("a deployment to production takes three approvals", () => {
  const rules = gitlab.world.protection("acme", "production")?.approval_rules ?? [];
  expect(rules.reduce((sum, rule) => sum + rule.required_approvals, 0)).toBe(3);
});

it("production is never without rules, not even while they are made", () => {
  expect(openMoments).toBe(0);
});

it("a team that does not exist is an error that names it", async () => {
  const elsewhere = await Emulator.start();
  elsewhere.world.deleteGroup("acme/qa");
  const stack = await OfflineStack.create({ program: __dirname, emulator: elsewhere, env });
  const result = await stack.up();
  await elsewhere.stop();
  expect(result.ok).toBe(false);
  expect(result.errors.join("\n")).toContain("acme/qa");
});
