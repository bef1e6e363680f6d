import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { DeliveryBench, failuresOf, LONG_MS, SECRET } from "./support/deliveryBench";
import { log } from "./support/protectionLife";
import { providers } from "./support/providers";

const { pipeline } = providers;
const PIPELINES = "/projects/acme%2Fshop/pipelines";
const POST = "POST /projects/acme%2Fshop/pipeline";

describe("Pipeline", () => {
  let bench: DeliveryBench;
  beforeEach(async () => {
    bench = await DeliveryBench.start();
  });
  afterEach(() => bench.stop());

  const declare = (args: object) =>
    bench.declare(`
      const password = new pulumi.Config().requireSecret("password");
      const p = new gitlab.Pipeline("p", {
        project: "acme/shop", ref: "main", variables: [{ key: "TARGET", value: "blue" }, { key: "PASSWORD", value: password }],
        ...${JSON.stringify(args)},
      });
      exports.pipelineId = p.pipelineId; exports.status = p.status; exports.sent = p.variables;
    `);
  const live = () => bench.emulator.world.pipelines("acme/shop");
  /** By the same user, through the API, as another stack or a late request of ours would. */
  const startedElsewhere = async (variables: { key: string; value: string }[]): Promise<number> => {
    const { url, token } = bench.emulator;
    const answer = await fetch(`${url}/api/v4/projects/acme%2Fshop/pipeline`, {
      method: "POST",
      headers: { "private-token": token, "content-type": "application/json" },
      body: JSON.stringify({ ref: "main", variables }),
    });
    return ((await answer.json()) as { id: number }).id;
  };
  const asked = (end: string) =>
    vi.waitUntil(() => bench.emulator.requests.some(({ path }) => path.split("?")[0]?.endsWith(end)), {
      timeout: LONG_MS,
    });
  /** GETs are as many as the wait needed. */
  const writes = (result: { requests: readonly unknown[] }) =>
    log(result).filter((line) => !line.startsWith("GET"));

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
      const running = stack.up();
      await asked("/pipeline");
      const foreign = await startedElsewhere([{ key: "TARGET", value: "elsewhere" }]);
      const up = await running;
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
      const running = stack.up();
      await asked("/pipelines");
      const late = await startedElsewhere([
        { key: "PASSWORD", value: SECRET },
        { key: "TARGET", value: "blue" },
      ]);
      (await running).orThrow();
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

  it(
    "says why GitLab started none and what to do, without the secret that GitLab quotes",
    async () => {
      const { world } = bench.emulator;
      declare({});
      const refused = async (createError: string) => {
        world.setPipelineOutcome("acme/shop", { createError });
        const { errors, text } = await bench.stack.up();
        expect(text).not.toContain(SECRET);
        return errors.join();
      };
      expect(await refused(`env input: \`${SECRET}\` is not an option`)).toContain(
        "env input: `[value of PASSWORD]` is not an option. Correct `inputs`: their names, types and options",
      );
      expect(await refused("Insufficient permissions to set pipeline variables")).toContain(
        "Remove `variables`, or let the user's role set them",
      );
      expect(await refused("Ref is ambiguous")).toContain("write `refs/heads/…` or `refs/tags/…` in full");
      expect(await refused("jobs:deploy config is wrong")).toContain("Check that the CI/CD configuration");
    },
    LONG_MS,
  );

  it.each([
    [
      {
        variables: [
          { key: "A", value: SECRET },
          { key: "A", value: SECRET },
        ],
      },
      "variables[1].key repeats the key of variables[0]",
    ],
    [{ variables: [{ key: "A-B", value: SECRET }] }, "variables[0].key must be 1–255 letters, digits and _"],
    [
      { variables: [{ key: "A", value: { [SECRET]: 1 } }] },
      "variables[0].value must be a string, not a value of type object",
    ],
    [{ variables: { A: SECRET } }, "variables must be a list of { key, value }"],
    [
      { variables: [{ key: "A", value: SECRET, variableType: "secret" }] },
      "variables[0].variableType must be one of env_var, file",
    ],
    [
      { variables: [{ key: "A", value: SECRET, variable_type: "file" }] },
      "variables[0].variable_type is not an argument",
    ],
    [{ inputs: [SECRET] }, "inputs must be an object of values by input name"],
    [{ waitFor: "forever" }, "waitFor must be one of none, finished, success, manual"],
    [{ name: "x".repeat(256) }, "name is too long: 256 characters, GitLab takes 255"],
  ])("refuses bad input before anything is sent, without its values: case %#", async (args, reason) => {
    const failures = await failuresOf(pipeline, { project: "acme/shop", ref: "main", ...args });
    expect(failures).toContain(reason);
    expect(failures).not.toContain(SECRET);
  });

  it("lets unknowns pass at any depth", async () => {
    const variables = [UNKNOWN, { key: UNKNOWN, value: UNKNOWN }, { key: "A", value: UNKNOWN }];
    const args = {
      project: UNKNOWN,
      ref: UNKNOWN,
      variables,
      inputs: { a: UNKNOWN, b: [UNKNOWN] },
      triggers: [UNKNOWN],
    };
    expect(await failuresOf(pipeline, args)).toBe("");
  });
});
