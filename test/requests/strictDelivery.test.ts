import fc from "fast-check";
import { it } from "vitest";

import { atGitLab, live, readStrictly, untilRefused } from "./strictly";

readStrictly();

const shop = { project: "acme/shop" };

const deployed = fc.record(
  {
    status: fc.constantFrom("running", "success", "failed", "canceled"),
    onDestroy: fc.constantFrom("retain", "delete"),
    adopt: fc.boolean(),
  },
  { requiredKeys: ["status"] },
);

it.each([
  ["a branch", "main", false],
  ["a tag", "v1.0.0", true],
])("passes for deployments of %s", async (_, ref, tag) => {
  await fc.assert(
    fc.asyncProperty(fc.array(deployed, { minLength: 1, maxLength: 4 }), (declarations) =>
      atGitLab({}, async ({ world }) => {
        const sha = world.project("acme/shop").branches.get("main");
        const place = { ...shop, environment: "eu/live", sha, ref, ...(tag && { tag }) };
        await untilRefused(
          live(
            "deployment",
            declarations.map((each) => ({ ...place, ...each })),
          ),
        );
      }),
    ),
    { numRuns: 10 },
  );
});

const decided = fc.record(
  {
    status: fc.constantFrom("approved", "rejected"),
    comment: fc.constantFrom("", "green", "x".repeat(255), "\u00fc <b>&"),
  },
  { requiredKeys: ["status"] },
);

it("passes for decisions", async () => {
  const byRule = fc.option(fc.constant("Maintainers"), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.array(decided, { minLength: 1, maxLength: 3 }),
      byRule,
      (declarations, representedAs) =>
        atGitLab({}, async ({ world }) => {
          const rule = { role: "maintainer", requiredApprovals: 3 } as const;
          world.protect("acme/shop", "eu/live", [{ role: "maintainer" }], [rule]);
          const { id } = world.blockDeployment("acme/shop", { environment: "eu/live", user: "dana" });
          const place = { ...shop, deploymentId: id, ...(representedAs && { representedAs }) };
          await untilRefused(
            live(
              "deploymentApproval",
              declarations.map((each) => ({ ...place, ...each })),
            ),
          );
        }),
    ),
    { numRuns: 10 },
  );
});

const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/);
const value = fc.constantFrom("", "1", "a b", "\u00fc=&$X", "x".repeat(3000));
const variables = fc.uniqueArray(
  fc.record(
    { key, value, variableType: fc.constantFrom("env_var", "file") },
    { requiredKeys: ["key", "value"] },
  ),
  { maxLength: 3, selector: (each) => each.key },
);
const ran = fc.record(
  {
    variables,
    ref: fc.constantFrom("main", "refs/heads/main", "develop"),
    name: fc.constantFrom("one", "two"),
    triggers: fc.dictionary(fc.constantFrom("a", "b"), fc.string(), { noNullPrototype: true }),
    onDestroy: fc.constantFrom("retain", "cancel", "delete"),
  },
  { requiredKeys: ["ref"] },
);

it("passes for pipelines and their names", async () => {
  await fc.assert(
    fc.asyncProperty(
      ran,
      fc.array(fc.option(fc.constantFrom("three", "four"), { nil: undefined }), { maxLength: 3 }),
      (first, names) =>
        atGitLab({}, () =>
          live(
            "pipeline",
            [first, ...names.map((name) => ({ ...first, name }))].map((each) => ({ ...shop, ...each })),
          ),
        ),
    ),
    { numRuns: 10 },
  );
});
