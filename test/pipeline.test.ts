import { describe, expect, it } from "vitest";

import { LONG_MS, SECRET } from "./support/deliveryBench";
import { pipelineBench, PIPELINES, POST, writes } from "./support/pipelineBench";
import { log } from "./support/protectionLife";

describe("Pipeline", () => {
  const bench = pipelineBench();
  const { declare, live } = bench;

  it(
    "starts one, waits with progress, and is left alone until something changes; its secret is nowhere in clear",
    async () => {
      const { stack } = bench;
      declare({ name: "Deploy blue", waitFor: "success", onDestroy: "delete" });
      const preview = (await stack.preview({ diff: true })).orThrow();
      expect(log(preview)).toEqual([]);
      const up = (await stack.up({ diff: true })).orThrow();
      const [made] = live();
      const ONE = `${PIPELINES}/${made?.id}`;
      expect(writes(up)).toEqual([POST, `PUT ${ONE}/metadata`]);
      expect(up.stepsOf("p")[0]?.id).toBe(`acme/shop:${made?.id}`);
      expect(up.outputs).toMatchObject({ pipelineId: made?.id, status: "success" });
      expect(up.text).toMatch(
        new RegExp(`acme/shop:${made?.id}: running, \\\d+ of \\\d+ jobs finished, http`),
      );

      const again = (await stack.up()).orThrow();
      expect([log(again), again.changes]).toEqual([[], { same: 2 }]);
      declare({ name: "Blue", waitFor: "success", onDestroy: "delete" });
      expect(log((await stack.up()).orThrow())).toEqual([`PUT ${ONE}/metadata`]);
      expect(live()[0]?.name).toBe("Blue");
      const refreshed = (await stack.refresh()).orThrow();
      expect(refreshed.stepsOf("p")[0]?.resultOp).toBe("same");

      declare({ waitFor: "success", onDestroy: "delete" });
      expect(log((await stack.up()).orThrow())).toEqual([`PUT ${ONE}/metadata`]);
      expect(live()[0]?.name).toBeNull();

      declare({ name: "Blue", onDestroy: "delete", triggers: ["2"] });
      const replaced = (await stack.up()).orThrow();
      const second = live().find((row) => row.id !== made?.id);
      expect(log(replaced)).toEqual([
        POST,
        `PUT ${PIPELINES}/${second?.id}/metadata`,
        `GET ${PIPELINES}`,
        `DELETE ${ONE}`,
      ]);
      const texts = [preview.text, up.text, refreshed.text, JSON.stringify(await stack.exportState())];
      expect(texts.filter((text) => text.includes(SECRET))).toEqual([]);
      expect(texts[3]).not.toContain("blue");
      expect(log((await stack.destroy()).orThrow())).toEqual([`DELETE ${PIPELINES}/${second?.id}`]);
    },
    LONG_MS,
  );

  it(
    "keeps a failed pipeline, names its failed job, and looks again without starting another",
    async () => {
      const { stack, emulator } = bench;
      emulator.world.setPipelineOutcome("acme/shop", { status: "failed" });
      declare({ waitFor: "success" });
      const failed = await stack.up();
      const [made] = live();
      expect(failed.errors.join()).toMatch(/the pipeline is failed\. Failed jobs: \w+/);
      expect(failed.text).not.toContain(SECRET);
      expect(JSON.stringify(await stack.exportState())).not.toContain(SECRET);
      // Neither forgotten by a refresh nor started anew.
      (await stack.refresh()).orThrow();
      const second = await stack.up();
      expect([writes(second), second.ok]).toEqual([[], false]);
      emulator.world.setPipelineOutcome("acme/shop", { status: "success" });
      await emulator.api("POST", `${PIPELINES}/${made?.id}/retry`);
      emulator.world.finishPipeline(made?.id ?? 0);
      expect(writes((await stack.up()).orThrow())).toEqual([]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
      expect(live()).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "cancels what takes too long and keeps it, created but not finished",
    async () => {
      const { stack, emulator } = bench;
      emulator.world.setPipelineOutcome("acme/shop", { status: "running" });
      declare({ waitFor: "finished", timeoutSeconds: 1 });
      const late = await stack.up();
      const [made] = live();
      expect(writes(late)).toEqual([POST, `POST ${PIPELINES}/${made?.id}/cancel`]);
      expect(late.errors.join()).toContain("after 1 s and has been canceled");
      const again = await stack.up();
      expect([writes(again), again.ok]).toEqual([[], false]);
      declare({ waitFor: "none" });
      expect(log((await stack.up()).orThrow())).toEqual([]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
    },
    LONG_MS,
  );

  it(
    "is done waiting where only a manual job is left, if told so",
    async () => {
      const { stack, emulator } = bench;
      emulator.world.setPipelineOutcome("acme/shop", { status: "manual" });
      declare({ waitFor: "manual", timeoutSeconds: 600 });
      const up = (await stack.up()).orThrow();
      expect([writes(up), up.outputs?.["status"]]).toEqual([[POST], "manual"]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
    },
    LONG_MS,
  );

  it(
    "lets what takes too long go on, if told so, and waits for it again",
    async () => {
      const { stack, emulator } = bench;
      emulator.world.setPipelineOutcome("acme/shop", { status: "running" });
      declare({ waitFor: "success", timeoutSeconds: 1, onTimeout: "retain" });
      const late = await stack.up();
      const [made] = live();
      expect([writes(late), late.ok]).toEqual([[POST], false]);
      expect(late.errors.join()).toContain("after 1 s and goes on: http");
      emulator.world.finishPipeline(made?.id ?? 0);
      const again = (await stack.up()).orThrow();
      expect(writes(again)).toEqual([]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
    },
    LONG_MS,
  );
});
