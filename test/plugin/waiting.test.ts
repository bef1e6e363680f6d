import { expect, it } from "vitest";

import { PluginBench } from "./bench";
import { type Plugin, type Props, type Refusal, urnOf } from "./pluginClient";

const shop = { project: "acme/shop" };
const waiting = { ...shop, ref: "main", waitFor: "success" };

/** A pipeline that never ends, and a create that waits for it. */
async function waits(args: Props, how: { timeout?: number } = {}) {
  const bench = await PluginBench.start();
  const { gitlab, plugin } = bench;
  gitlab.world.setPipelineOutcome("acme/shop", { status: "running" });
  const { inputs } = await plugin.check("Pipeline", { ...waiting, ...args });
  const refused = plugin.create("Pipeline", inputs, how).then(
    () => expect.fail("it was made"),
    (refusal: Refusal) => refusal,
  );
  return { bench, plugin, inputs, refused };
}

it("shows the progress of a wait on the row of its resource, while it goes on", async () => {
  const { plugin } = await waits({});
  const line = await plugin.said(/running, 0 of \d+ jobs finished/);
  expect(line).toMatchObject({ severity: 1, urn: urnOf("Pipeline") });
  expect(line.message).toMatch(/^acme\/shop:1: running/);
});

it("ends a wait at Cancel: the pipeline is canceled and stays in state, not finished", async () => {
  const { bench, plugin, inputs, refused } = await waits({});
  await plugin.said(/running/);
  await plugin.cancel();
  const { code, kept } = await refused;
  expect(code).toBe(2);
  expect(kept?.id).toBe("acme/shop:1");
  expect(kept?.outs).toMatchObject({ ...inputs, pipelineId: 1, __unfinished: "timed-out" });
  expect(kept?.reasons).toEqual([
    expect.stringMatching(
      /^pipeline for main: acme\/shop:1: interrupted while the pipeline was running\. It is kept in state, not finished, and has been canceled: http\S+\. Change `triggers` to run a new one\.$/,
    ),
  ]);
  expect(bench.asked()).toContain("POST /projects/acme%2Fshop/pipelines/1/cancel");
  // The next operation knows that something is left to do.
  const next = await bench.next();
  await next.check("Pipeline", waiting, inputs);
  const difference = await next.diff("Pipeline", "acme/shop:1", { inputs, outs: kept?.outs ?? {} }, inputs);
  expect(difference).toMatchObject({ changes: true, replaces: [] });
});

it("lets it go on where `onTimeout` says so, and the next `up` waits for it again", async () => {
  const { bench, plugin, inputs, refused } = await waits({ onTimeout: "retain" });
  await plugin.said(/running/);
  await plugin.cancel();
  const { kept } = await refused;
  expect(kept?.reasons.join()).toContain("and goes on: http");
  expect(bench.asked().join()).not.toContain("/cancel");
  bench.gitlab.world.finishPipeline(1);
  const next = await bench.next();
  const outs = await next.update("Pipeline", "acme/shop:1", kept?.outs ?? {}, inputs);
  expect(outs).toMatchObject({ status: "success" });
  expect(outs).not.toHaveProperty("__unfinished");
});

it("ends the wait for an environment's stop at Cancel, and deletes nothing", async () => {
  const { gitlab, plugin } = await PluginBench.start({}, { switches: { stopJobReads: "manual" } });
  gitlab.world.addEnvironment("acme/shop", "production");
  gitlab.world.addOnStopJob("acme/shop", "production");
  const { outs } = await plugin.read("Environment", "acme/shop:1");
  const refused = plugin.delete("Environment", "acme/shop:1", { ...outs, onDestroy: "delete" }, 77).then(
    () => expect.fail("it was deleted"),
    (refusal: Refusal) => refusal,
  );
  // The time of `customTimeouts`.
  await plugin.said(/waiting for its on_stop jobs \(up to 77 s\)/);
  await plugin.cancel();
  expect((await refused).details).toBe(
    "acme/shop:1: interrupted while the environment production was stopping; nothing was deleted. Run again to go on.",
  );
  expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
});

it("leaves alone what comes after a Cancel and waits for nothing, as at the end of every operation", async () => {
  const { plugin } = await PluginBench.start();
  await plugin.cancel();
  const { inputs } = await plugin.check("Environment", { ...shop, name: "production" });
  expect((await plugin.create("Environment", inputs)).id).toBe("acme/shop:1");
});

it("waits as long as `customTimeouts` says, which is no argument and no difference", async () => {
  const { refused } = await waits({}, { timeout: 0.2 });
  const { kept } = await refused;
  expect(kept?.reasons.join()).toContain("was still running after 1 s and has been canceled");
  expect(kept?.outs).not.toHaveProperty("timeoutSeconds");
});

it("prefers the argument to `customTimeouts`", async () => {
  const { refused } = await waits({ timeoutSeconds: 1 }, { timeout: 3600 });
  const { kept } = await refused;
  expect(kept?.reasons.join()).toContain("after 1 s");
  expect(kept?.outs).toHaveProperty("timeoutSeconds", 1);
});

it("gives an update the time that `customTimeouts` gives updates", async () => {
  const { bench, inputs, refused } = await waits({ onTimeout: "retain" }, { timeout: 1 });
  const { kept } = await refused;
  const next: Plugin = await bench.next();
  const again = next.update("Pipeline", "acme/shop:1", kept?.outs ?? {}, inputs, { timeout: 2 });
  await expect(again).rejects.toMatchObject({
    details: expect.stringContaining("after 2 s") as string,
    kept: { outs: expect.not.objectContaining({ timeoutSeconds: expect.anything() as number }) as Props },
  });
});

it("gives up at Cancel what GitLab wants to be asked again later, and pipelines that may not start yet", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  const refusal = (call: Promise<unknown>) =>
    call.then(
      () => expect.fail("it was made"),
      ({ details }: Refusal) => details,
    );
  const answered = new Promise<void>((resolve) =>
    gitlab.onAfterRequest(() => {
      if (gitlab.requests.length === 2) resolve();
    }),
  );
  gitlab.fault({ path: "/environments", status: 429, headers: { "retry-after": "100" }, times: 1 });
  const limit = "Too many pipelines created in the last minute. Try again later.";
  gitlab.fault({ path: "/pipeline", status: 400, body: { message: { base: [limit] } }, times: 1 });
  const environment = await plugin.check("Environment", { ...shop, name: "production" });
  const pipeline = await plugin.check("Pipeline", { ...shop, ref: "main" });
  const refused = [
    refusal(plugin.create("Environment", environment.inputs)),
    refusal(plugin.create("Pipeline", pipeline.inputs)),
  ];
  await answered;
  await plugin.said(/limits how many pipelines/);
  await plugin.cancel();
  expect((await Promise.all(refused)).map((text) => text.slice(0, 120))).toEqual([
    expect.stringContaining("429") as string,
    expect.stringContaining("interrupted while waiting until GitLab starts pipelines again") as string,
  ]);
  expect(gitlab.requests).toHaveLength(2);
});
