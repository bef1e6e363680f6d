import fc from "fast-check";
import { it } from "vitest";

import { getDeployments, getEnvironments, getPipelines } from "../../provider/doors/dynamic/functions";
import { atGitLab, readStrictly } from "./strictly";

readStrictly();

it("passes for the filters of data functions", async () => {
  const date = fc.constantFrom("2026-01-01", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00");
  const project = fc.constant("acme/shop");
  const filters = fc.tuple(
    fc.record(
      { project, states: fc.constantFrom("available", "stopped"), search: fc.constant("rev+iew %") },
      { requiredKeys: ["project"] },
    ),
    fc.record(
      {
        project,
        environment: fc.constant("a/b"),
        status: fc.constantFrom("success", "failed"),
        sort: fc.constantFrom("asc", "desc"),
      },
      { requiredKeys: ["project"] },
    ),
    fc.record(
      {
        project,
        yamlErrors: fc.boolean(),
        createdAfter: date,
        updatedBefore: date,
        ref: fc.constant("main"),
        scope: fc.constantFrom("branches", "tags"),
      },
      { requiredKeys: ["project"] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(filters, ([environments, deployments, pipelines]) =>
      atGitLab({}, async () => {
        await getEnvironments(environments);
        await getDeployments(deployments);
        await getPipelines(pipelines);
      }),
    ),
    { numRuns: 10 },
  );
}, 600_000);
