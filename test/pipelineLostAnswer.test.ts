import { describe, expect, it, onTestFinished, vi } from "vitest";

import { LONG_MS, SECRET } from "./support/deliveryBench";
import { pipelineBench, PIPELINES, POST } from "./support/pipelineBench";
import { log } from "./support/protectionLife";

describe("Pipeline", () => {
  const bench = pipelineBench();
  const { declare, live, startedElsewhere } = bench;

  /** What another client does just before, or right after, the first look for a pipeline: its answer waits for that. */
  const atFirstLook =
    (when: "onBeforeRequest" | "onAfterRequest") =>
    <T>(act: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        let looked = false;
        bench.emulator[when](({ method, path }) => {
          if (looked || method !== "GET" || !path.endsWith("/pipelines")) return undefined;
          looked = true;
          return act().then(resolve, reject);
        });
      });
  const beforeLook = atFirstLook("onBeforeRequest");
  const afterLook = atFirstLook("onAfterRequest");

  it(
    "waits out the limit of creations and starts one where the answer is lost; after a crash it names the other",
    async () => {
      const { stack, emulator } = bench;
      const createError = "Too many pipelines created in the last minute. Try again later.";
      emulator.world.setPipelineOutcome("acme/shop", { createError, createErrorTimes: 1 });
      emulator.fault({ method: "POST", path: /pipeline$/, drop: "after", times: 1, skip: 1 });
      const before = await stack.exportState();
      declare({});
      const up = (await stack.up()).orThrow();
      const variables = `GET ${PIPELINES}/${live()[0]?.id}/variables`;
      expect(log(up)).toEqual([POST, POST, "GET /user", `GET ${PIPELINES}`, variables, `GET ${PIPELINES}`]);
      expect(up.text).toContain("GitLab limits how many pipelines may start in a minute");
      expect(live()).toHaveLength(1);
      // As after a kill between GitLab's start and our note of it.
      await stack.importState(before);
      declare({});
      const rerun = (await stack.up()).orThrow();
      expect(rerun.text).toContain(
        `the pipeline ${live()[0]?.id} of the same ref and commit was started shortly before`,
      );
    },
    LONG_MS,
  );

  it(
    "is never started twice where the request was lost, and takes nobody else's for its own",
    async () => {
      const { stack, emulator } = bench;
      emulator.fault({ method: "POST", path: /pipeline$/, drop: "before", times: 1 });
      // Of the same user, ref and moment, with other variables.
      declare({});
      const elsewhere = beforeLook(() => startedElsewhere([{ key: "TARGET", value: "elsewhere" }]));
      const up = await stack.up();
      const foreign = await elsewhere;
      expect(up.ok).toBe(false);
      expect(up.errors.join()).toContain("It was not found and is not started a second time");
      // The lost one, and the other one.
      expect(log(up).filter((line) => line === POST)).toEqual([POST, POST]);
      expect(live().map(({ id }) => id)).toEqual([foreign]);
    },
    LONG_MS,
  );

  it(
    "takes nothing for its own where the time that answers tell is not that of GitLab's records",
    async () => {
      const { stack, emulator } = bench;
      const older = await startedElsewhere([
        { key: "PASSWORD", value: SECRET },
        { key: "TARGET", value: "blue" },
      ]);
      // As where something on the way has a clock that is ten minutes behind.
      const row = emulator.world.store.pipelines.get(older);
      if (row !== undefined) row.createdAt = new Date(Date.now() + 600_000);
      emulator.fault({ method: "POST", path: /pipeline$/, drop: "before", times: 1 });
      declare({});
      const up = await stack.up();
      expect(up.errors.join()).toMatch(new RegExp(`which of these it started cannot be told: ${older} `));
      expect(live().map(({ id }) => id)).toEqual([older]);
    },
    LONG_MS,
  );

  it(
    "is found where the request arrives after its answer was given up",
    async () => {
      const { stack, emulator } = bench;
      emulator.fault({ method: "POST", path: /pipeline$/, drop: "before", times: 1 });
      declare({});
      // Long enough for a second look on any machine, and no wait, since that one finds it.
      vi.stubEnv("GITLAB_SERVER_TIMEOUT", "3600");
      onTestFinished(() => void vi.unstubAllEnvs());
      const started = afterLook(() =>
        startedElsewhere([
          { key: "PASSWORD", value: SECRET },
          { key: "TARGET", value: "blue" },
        ]),
      );
      const up = (await stack.up()).orThrow();
      const late = await started;
      const look = `GET ${PIPELINES}`;
      const variables = `${look}/${late}/variables`;
      // The second POST is the one that was thought lost.
      expect(log(up)).toEqual([POST, "GET /user", look, POST, look, variables, look]);
      expect(live().map(({ id }) => id)).toEqual([late]);
    },
    LONG_MS,
  );

  it(
    "with inputs, which cannot be read back, claims nothing after a lost answer",
    async () => {
      const { stack, emulator } = bench;
      emulator.fault({ method: "POST", path: /pipeline$/, drop: "after", times: 1 });
      declare({ variables: undefined, inputs: { target: "production" } });
      const up = await stack.up();
      expect(up.errors.join()).toMatch(/which of these it started cannot be told: \d+/);
      expect(live()).toHaveLength(1);
    },
    LONG_MS,
  );
});
