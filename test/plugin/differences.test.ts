import { expect, it } from "vitest";

import { PluginBench, UNKNOWN } from "./bench";
import type { Props, Refusal } from "./pluginClient";

const environment = { project: "acme/shop", name: "production" };
const protection = { group: "acme", name: "production", deployAccessLevels: [{ accessLevel: 40 }] };

async function difference(type: string, before: Props, after: Props, more: Props = {}) {
  const bench = await PluginBench.start();
  const { plugin } = bench;
  const { inputs } = await plugin.check(type, before);
  const { inputs: news } = await plugin.check(type, after, inputs);
  const id = type === "GroupProtectedEnvironment" ? "acme:production" : "acme/shop:1";
  const found = await plugin.diff(type, id, { inputs, outs: { ...inputs, ...more } }, news);
  return { ...found, asked: bench.asked(), lines: plugin.lines.map(({ message }) => message) };
}

it("names what changed inside of lists and objects, by the paths of the inputs", async () => {
  const rules = [{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }];
  const found = await difference(
    "GroupProtectedEnvironment",
    { ...protection, approvalRules: rules },
    { ...protection, approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 1 }] },
  );
  expect(found).toMatchObject({
    changes: true,
    replaces: [],
    areInputs: true,
    detailed: { "approvalRules[0].requiredApprovals": "update", "approvalRules[1]": "delete" },
    asked: [],
  });
  // What the positions of a set do not tell.
  expect(found.lines.join()).toContain("weaker");
});

it("says nothing of the order of a set", async () => {
  const levels = [{ accessLevel: 40 }, { accessLevel: 30 }];
  const found = await difference(
    "GroupProtectedEnvironment",
    { ...protection, deployAccessLevels: levels },
    { ...protection, deployAccessLevels: levels.toReversed() },
  );
  expect(found).toMatchObject({ changes: false, detailed: {} });
});

it("marks what replaces", async () => {
  const found = await difference("Environment", environment, {
    ...environment,
    name: "live",
    tier: "staging",
  });
  expect(found).toMatchObject({
    changes: true,
    replaces: ["name"],
    detailed: { name: "update-replace", tier: "add" },
  });
});

it("shows what is removed, and keys that are no names in quotes", async () => {
  const pipeline = { project: "acme/shop", ref: "main" };
  const found = await difference(
    "Pipeline",
    { ...pipeline, name: "one", inputs: { "a.b": 1, c: 2 } },
    { ...pipeline, inputs: { "a.b": 2, c: 2 } },
  );
  expect(found.detailed).toEqual({ name: "delete", 'inputs["a.b"]': "update-replace" });
});

it("looks only at a project that is spelled differently, and replaces nothing where it is the same one", async () => {
  const bench = await PluginBench.start();
  const { gitlab, plugin } = bench;
  const { id } = gitlab.world.project("acme/shop");
  const { inputs } = await plugin.check("Environment", environment);
  const { inputs: news } = await plugin.check("Environment", { ...environment, project: id }, inputs);
  const found = await plugin.diff("Environment", "acme/shop:1", { inputs, outs: inputs }, news);
  expect(found).toMatchObject({ changes: true, replaces: [], detailed: { project: "update" } });
  expect(bench.asked()).toEqual(["GET /projects/acme%2Fshop"]);
  const preview = await plugin.update("Environment", "acme/shop:1", inputs, news, { preview: true });
  expect(preview).toMatchObject({ project: String(id), environmentId: 1 });
  expect(bench.asked()).toEqual([]);
});

it("claims nothing of an object in a project that is not known yet", async () => {
  const bench = await PluginBench.start();
  const { plugin } = bench;
  const { inputs } = await plugin.check("Environment", environment);
  const { outs, id } = await plugin.create("Environment", inputs);
  bench.asked();
  const { inputs: news } = await plugin.check("Environment", { ...environment, project: UNKNOWN }, inputs);
  expect(await plugin.diff("Environment", id, { inputs, outs }, news)).toMatchObject({ replaces: [] });
  const preview = await plugin.update("Environment", id, outs, news, { preview: true });
  expect(preview).toMatchObject({ project: UNKNOWN, environmentId: UNKNOWN, createdAt: UNKNOWN });
  expect(bench.asked()).toEqual([]);
});

it("keeps every output in the preview of a change that sends nothing", async () => {
  const bench = await PluginBench.start();
  const { plugin } = bench;
  const { inputs } = await plugin.check("GroupProtectedEnvironment", protection);
  const { outs, id } = await plugin.create("GroupProtectedEnvironment", inputs);
  bench.asked();
  const next = await bench.next();
  const { inputs: news } = await next.check(
    "GroupProtectedEnvironment",
    { ...protection, connection: "gitlab" },
    inputs,
  );
  const preview = await next.update("GroupProtectedEnvironment", id, outs, news, { preview: true });
  expect(preview).toEqual({ ...outs, connection: "gitlab" });
  expect(await next.update("GroupProtectedEnvironment", id, outs, news)).toEqual(preview);
  expect(bench.asked()).toEqual([]);
});

it("refuses in preview what cannot be, with the same sentence as the first door", async () => {
  const { plugin } = await PluginBench.start();
  const args = { project: "acme/shop", environment: "e", sha: "abc", ref: "main", status: "success" };
  const { inputs } = await plugin.check("Deployment", args);
  const { inputs: news } = await plugin.check("Deployment", { ...args, status: "running" }, inputs);
  const outs = { ...inputs, currentStatus: "success" };
  const refused = await plugin.diff("Deployment", "acme/shop:1", { inputs, outs }, news).then(
    () => expect.fail("it was allowed"),
    (refusal: Refusal) => refusal,
  );
  expect(refused.code).toBe(9);
  expect(refused.details).toMatch(/^acme\/shop:1 \(deployment to e\): status: .*running/);
});

it("tells a write whose end nobody knows from one that GitLab refused", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  const { inputs } = await plugin.check("GroupProtectedEnvironment", { ...protection, group: "acme/none" });
  await expect(plugin.create("GroupProtectedEnvironment", inputs)).rejects.toMatchObject({ code: 9 });
  gitlab.fault({ method: "POST", status: 500, times: 20 });
  const fine = await plugin.check("Environment", environment);
  await expect(plugin.create("Environment", fine.inputs)).rejects.toMatchObject({ code: 2 });
});
