import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { DeliveryBench, failuresOf, LONG_MS } from "./support/deliveryBench";
import { log } from "./support/protectionLife";
import { providers } from "./support/providers";

const { reviewAppCleanup, staleEnvironmentsStop } = providers;
const CLEAN_UP = "DELETE /projects/acme%2Fshop/environments/review_apps";
const STOP = "POST /projects/acme%2Fshop/environments/stop_stale";
const DAY_MS = 24 * 3600 * 1000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

describe("actions as resources", () => {
  let bench: DeliveryBench;
  beforeEach(async () => {
    bench = await DeliveryBench.start("dana");
  });
  afterEach(() => bench.stop());

  it(
    "run once, and again when an argument or trigger changes",
    async () => {
      const { stack } = bench;
      const declare = (cleanUp: object, stop: object = {}) =>
        bench.declare(`
          const c = new gitlab.ReviewAppCleanup("c", ${JSON.stringify({ project: "acme/shop", ...cleanUp })});
          const s = new gitlab.StaleEnvironmentsStop("s", ${JSON.stringify({ project: "acme/shop", before: "2020-01-01", ...stop })});
          exports.found = c.scheduledEntries; exports.message = s.message; exports.dryRun = c.dryRun;
        `);
      declare({});
      expect(log((await stack.preview()).orThrow())).toEqual([]);
      const up = (await stack.up()).orThrow();
      expect(log(up).sort()).toEqual([CLEAN_UP, STOP]);
      // GitLab answers 400 where it finds nothing.
      expect(up.outputs).toEqual({
        found: [],
        dryRun: true,
        message: "Successfully scheduled stale environments to stop",
      });
      expect(log((await stack.up()).orThrow())).toEqual([]);
      expect(log((await stack.refresh()).orThrow())).toEqual([]);

      bench.emulator.world.addEnvironment("acme/shop", "review/old");
      const { id } = bench.emulator.world.environment("acme/shop", "review/old");
      await bench.emulator.api("POST", `/projects/acme%2Fshop/environments/${id}/stop`);
      declare({ before: daysAgo(-1), dryRun: false }, { triggers: ["again"] });
      const again = (await stack.up()).orThrow();
      expect(log(again).sort()).toEqual([CLEAN_UP, STOP]);
      expect(again.outputs["found"]).toMatchObject([{ id, name: "review/old", externalUrl: null }]);
      expect(log((await stack.destroy()).orThrow())).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "do not run again for another spelling of the project, nor for another connection to the same GitLab",
    async () => {
      const { stack, emulator } = bench;
      const declare = (args: object) =>
        bench.declare(`
          new gitlab.ReviewAppCleanup("c", ${JSON.stringify({ dryRun: false, ...args })});
          new gitlab.StaleEnvironmentsStop("s", ${JSON.stringify({ before: "2020-01-01", ...args })});
        `);
      declare({ project: "acme/shop" });
      expect(log((await stack.up()).orThrow()).sort()).toEqual([CLEAN_UP, STOP]);
      declare({ project: emulator.world.project("acme/shop").id, connection: "dana" });
      const respelled = (await stack.up()).orThrow();
      expect([log(respelled), respelled.changes]).toEqual([
        ["GET /projects/acme%2Fshop"],
        { same: 1, update: 2 },
      ]);
    },
    LONG_MS,
  );

  it("checks the date of stale environments only when it changes", async () => {
    const stop = { project: "acme/shop", before: daysAgo(3) };
    expect(await failuresOf(staleEnvironmentsStop, stop)).toContain(
      "before must be at most 10 years and at least 1 week ago",
    );
    expect(await failuresOf(staleEnvironmentsStop, stop, stop)).toBe("");
    expect(await failuresOf(staleEnvironmentsStop, { ...stop, before: daysAgo(8) })).toBe("");
    expect(await failuresOf(staleEnvironmentsStop, { ...stop, before: daysAgo(3700) })).toContain("10 years");
    expect(await failuresOf(staleEnvironmentsStop, { ...stop, before: "yesterday" })).toContain("ISO 8601");
    expect(await failuresOf(staleEnvironmentsStop, { ...stop, before: UNKNOWN })).toBe("");
    expect(await failuresOf(staleEnvironmentsStop, { project: "acme/shop" })).toBe("before is required");
  });

  it.each([
    [{ limit: 0 }, "limit must be at least 1"],
    [{ limit: 1001 }, "limit must be at most 1000"],
    [{ before: "soon" }, "before must be an ISO 8601 date"],
    [{ dry_run: false }, "dry_run is not an argument; did you mean dryRun?"],
  ])("refuses bad input before anything is sent: %o", async (args, reason) => {
    expect(await failuresOf(reviewAppCleanup, { project: "acme/shop", ...args })).toContain(reason);
  });
});
