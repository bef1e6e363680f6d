import fc from "fast-check";
import { it } from "vitest";

import { atGitLab, live, readStrictly, untilRefused } from "./strictly";

readStrictly();

const settings = fc.record(
  {
    externalUrl: fc.constantFrom("https://one.example.com", "https://two.example.com"),
    tier: fc.constantFrom("production", "staging", "testing", "development", "other"),
    description: fc.constantFrom("one", "two"),
    autoStopSetting: fc.constantFrom("always", "with_action"),
  },
  { requiredKeys: [] },
);

it("passes for environments", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(settings, { minLength: 1, maxLength: 4 }), (declarations) =>
      atGitLab({}, () =>
        untilRefused(
          live(
            "environment",
            declarations.map((each) => ({
              project: "acme/shop",
              name: "review/one",
              onDestroy: "stop",
              ...each,
            })),
          ),
        ),
      ),
    ),
    { numRuns: 10 },
  );
});

const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

it("passes for clean-up", async () => {
  const apps = fc.record(
    {
      before: fc.integer({ min: 0, max: 400 }).map(ago),
      limit: fc.integer({ min: 1, max: 1000 }),
      dryRun: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const stale = fc.integer({ min: 8, max: 3600 }).map(ago);
  await fc.assert(
    fc.asyncProperty(apps, stale, (filters, before) =>
      atGitLab({}, async () => {
        await live("reviewAppCleanup", [{ project: "acme/shop", ...filters }]);
        await live("staleEnvironmentsStop", [{ project: "acme/shop", before }]);
      }),
    ),
    { numRuns: 10 },
  );
});
