import { expect, it } from "vitest";

import * as dynamic from "../../provider/dynamic";
import { PluginBench, UNKNOWN } from "./bench";
import { type Props, urnOf } from "./pluginClient";

const SHOP = "/projects/acme%2Fshop";
const shop = { project: "acme/shop" };

interface Story {
  readonly args: Props;
  readonly change: Props;
  /** What each step asks. */
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly read: readonly string[];
  readonly delete: readonly string[];
  /** What GitLab has beforehand. */
  readonly given?: (bench: PluginBench) => void;
  readonly id: RegExp;
  /** Outputs that the preview of the change knows. */
  readonly knows: readonly string[];
}

const maintainers = [{ accessLevel: 40 }];

const STORIES: Readonly<Record<string, Story>> = {
  Environment: {
    args: { ...shop, name: "production", externalUrl: "https://a.example.com", onDestroy: "delete" },
    change: { externalUrl: "https://b.example.com" },
    create: [`POST ${SHOP}/environments`],
    update: [`PUT ${SHOP}/environments/1`],
    read: [`GET ${SHOP}/environments/1`],
    delete: [`POST ${SHOP}/environments/1/stop`, `DELETE ${SHOP}/environments/1`],
    id: /^acme\/shop:1$/,
    knows: ["createdAt", "environmentId", "slug"],
  },
  GroupProtectedEnvironment: {
    args: { group: "acme", name: "production", deployAccessLevels: maintainers },
    change: { approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }] },
    create: ["POST /groups/acme/protected_environments"],
    update: ["GET /groups/acme%2Fqa", "PUT /groups/acme/protected_environments/production"],
    read: ["GET /groups/acme/protected_environments/production"],
    // Who wrote it last may be somebody else by now.
    delete: [
      "GET /groups/acme/protected_environments/production",
      "DELETE /groups/acme/protected_environments/production",
    ],
    id: /^acme:production$/,
    knows: [],
  },
  ProjectProtectedEnvironment: {
    args: { ...shop, name: "production", deployAccessLevels: maintainers },
    change: { deployAccessLevels: [...maintainers, { accessLevel: 30 }] },
    create: [`POST ${SHOP}/protected_environments`],
    update: [`PUT ${SHOP}/protected_environments/production`],
    read: [`GET ${SHOP}/protected_environments/production`],
    delete: [
      `GET ${SHOP}/protected_environments/production`,
      `DELETE ${SHOP}/protected_environments/production`,
    ],
    id: /^acme\/shop:production$/,
    knows: [],
  },
  Deployment: {
    args: {
      ...shop,
      environment: "production",
      sha: "main",
      ref: "main",
      status: "running",
      onDestroy: "delete",
    },
    change: { status: "failed" },
    create: [`POST ${SHOP}/deployments`],
    update: [`PUT ${SHOP}/deployments/1`],
    read: [`GET ${SHOP}/deployments/1`],
    delete: [`DELETE ${SHOP}/deployments/1`],
    id: /^acme\/shop:1$/,
    knows: ["createdAt", "deploymentId", "iid"],
  },
  DeploymentApproval: {
    given: ({ gitlab: { world } }) => {
      world.protect(
        "acme/shop",
        "production",
        [{ role: "developer" }],
        [{ user: "olivia" }, { user: "dana" }],
      );
      world.blockDeployment("acme/shop", { environment: "production", user: "devon" });
    },
    args: { ...shop, deploymentId: 1, status: "approved" },
    change: { status: "rejected" },
    create: [`POST ${SHOP}/deployments/1/approval`],
    update: ["GET /user", `POST ${SHOP}/deployments/1/approval`],
    read: [`GET ${SHOP}/deployments/1`],
    delete: [],
    id: /^acme\/shop:1:\d+$/,
    knows: ["createdAt"],
  },
  Pipeline: {
    args: { ...shop, ref: "main", name: "one", onDestroy: "delete" },
    change: { name: "two" },
    create: [`POST ${SHOP}/pipeline`, `PUT ${SHOP}/pipelines/1/metadata`, `GET ${SHOP}/pipelines`],
    update: [`PUT ${SHOP}/pipelines/1/metadata`],
    read: [`GET ${SHOP}/pipelines/1`],
    delete: [`DELETE ${SHOP}/pipelines/1`],
    id: /^acme\/shop:1$/,
    knows: ["createdAt", "iid", "pipelineId", "sha"],
  },
  ReviewAppCleanup: {
    args: { ...shop, dryRun: true },
    change: { connection: "gitlab" },
    create: [`DELETE ${SHOP}/environments/review_apps`],
    update: [],
    read: [],
    delete: [],
    id: /^acme\/shop:review-apps:/,
    knows: ["scheduledEntries", "unprocessableEntries"],
  },
  StaleEnvironmentsStop: {
    args: { ...shop, before: "2020-01-01" },
    change: { connection: "gitlab" },
    create: [`POST ${SHOP}/environments/stop_stale`],
    update: [],
    read: [],
    delete: [],
    id: /^acme\/shop:stale:/,
    knows: ["message"],
  },
};

it("has every class of the first door", () => {
  const classes = Object.keys(STORIES).map((type) => type.charAt(0).toLowerCase() + type.slice(1));
  // An ES module sees a CommonJS one whole under this name, beside the names in it.
  const exported = Object.keys(dynamic).filter((name) => name !== "default");
  expect(classes.sort()).toEqual(exported.sort());
});

for (const [type, story] of Object.entries(STORIES)) {
  it(`serves the life of a ${type}; its previews ask nothing and hold in what they know`, async () => {
    const bench = await PluginBench.start();
    story.given?.(bench);
    const { inputs, failures } = await bench.plugin.check(type, story.args);
    expect(failures).toEqual([]);
    const expected = await bench.plugin.create(type, inputs, { preview: true });
    expect([expected.id, bench.asked()]).toEqual(["", []]);
    const { id, outs } = await bench.plugin.create(type, inputs);
    expect(bench.asked()).toEqual(story.create);
    expect(id).toMatch(story.id);
    expect(outs).toMatchObject(known(expected.outs));
    // An output that GitLab may leave out is no promise.
    expect(Object.keys(expected.outs)).toEqual(expect.arrayContaining(Object.keys(outs).filter(isShown)));

    let plugin = await bench.next();
    const unchanged = await plugin.check(type, story.args, inputs);
    expect(unchanged.inputs).toEqual(inputs);
    const same = await plugin.diff(type, id, { inputs, outs }, inputs);
    expect(same).toMatchObject({ changes: false, replaces: [], detailed: {} });

    plugin = await bench.next();
    const { inputs: news } = await plugin.check(type, { ...story.args, ...story.change }, inputs);
    const difference = await plugin.diff(type, id, { inputs, outs }, news);
    expect(difference).toMatchObject({ changes: true, replaces: [], areInputs: true });
    expect(new Set(Object.keys(difference.detailed).map((path) => path.replace(/[.[].*/, "")))).toEqual(
      new Set(Object.keys(story.change)),
    );
    const preview = await plugin.update(type, id, outs, news, { preview: true });
    expect(bench.asked()).toEqual([]);
    const outputs = Object.keys(known(preview)).filter((name) => !(name in news) && isShown(name));
    expect(outputs.sort()).toEqual([...story.knows].filter((name) => name !== "slug").sort());
    const changed = await plugin.update(type, id, outs, news);
    expect(bench.asked()).toEqual(story.update);
    expect(changed).toMatchObject(known(preview));

    plugin = await bench.next();
    expect(await plugin.read(type, id, changed, news)).toEqual({ id, outs: changed, inputs: news });
    expect(bench.asked()).toEqual(story.read);
    await plugin.delete(type, id, changed);
    expect(bench.asked()).toEqual(story.delete);
  });
}

it("says what a take-over changed on the row of its resource, and keeps no argument that only creates", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  gitlab.world.addEnvironment("acme/shop", "production");
  const { inputs } = await plugin.check("Environment", { ...shop, name: "production", adopt: true });
  const { outs } = await plugin.create("Environment", inputs);
  expect(plugin.lines).toEqual([
    { severity: 1, message: expect.stringContaining("taken over") as string, urn: urnOf("Environment") },
  ]);
  expect(outs).not.toHaveProperty("adopt");
});

it("reads what is there by its id alone, with the inputs that declare it", async () => {
  const bench = await PluginBench.start();
  bench.gitlab.world.addEnvironment("acme/shop", "production");
  const { id, outs, inputs } = await bench.plugin.read("Environment", "acme/shop:1");
  expect([id, outs["environmentId"], outs["state"]]).toEqual(["acme/shop:1", 1, "available"]);
  const checked = await bench.plugin.check("Environment", {
    ...shop,
    name: "production",
    tier: "production",
  });
  // `import` declares all that there is.
  expect(inputs).toEqual({ ...checked.inputs, autoStopSetting: "always" });
});

it("writes the number in its id into a state that came through the other door, at a refresh", async () => {
  const bench = await PluginBench.start();
  const { inputs } = await bench.plugin.check("Environment", { ...shop, name: "production" });
  const { id, outs } = await bench.plugin.create("Environment", inputs);
  const { environmentId, ...moved } = outs;
  expect(environmentId).toBe(1);
  const plugin = await bench.next();
  expect(await plugin.diff("Environment", id, { inputs, outs: moved }, inputs)).toMatchObject({
    changes: false,
  });
  expect((await plugin.read("Environment", id, moved, inputs)).outs).toEqual(outs);
});

it("answers no id for what is gone, and keeps what cannot be seen", async () => {
  const bench = await PluginBench.start();
  expect((await bench.plugin.read("Environment", "acme/shop:7", { ...shop })).id).toBe("");
  await expect(
    bench.plugin.read("Environment", "acme/away:7", { project: "acme/away" }),
  ).rejects.toMatchObject({
    details: expect.stringContaining("cannot see the project acme/away") as string,
  });
});

it("serves data functions, whose wrong arguments are told before any request", async () => {
  const bench = await PluginBench.start();
  bench.gitlab.world.addEnvironment("acme/shop", "production");
  const one = await bench.plugin.invoke("getEnvironment", { ...shop, name: "production" });
  expect(one).toMatchObject({ name: "production", slug: "production" });
  expect(bench.asked()[0]).toBe(`GET ${SHOP}/environments`);
  bench.asked();
  await expect(bench.plugin.invoke("getEnvironment", { ...shop, id: 1 })).rejects.toThrow(
    /^getEnvironment: id is not an argument; known are project, environmentId, name, connection\.$/,
  );
  await expect(bench.plugin.invoke("getNothing", {})).rejects.toThrow("getNothing is not a function");
  expect(bench.asked()).toEqual([]);
});

it("names the classes it has to whoever asks for another", async () => {
  const { plugin } = await PluginBench.start();
  await expect(plugin.check("Project", {})).rejects.toThrow(
    "gitlab-cd:index:Project is not a resource of this package; it has gitlab-cd:index:Deployment,",
  );
});

/** What is not marked as unknown. */
function known(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== UNKNOWN));
}

const isShown = (name: string): boolean => !name.startsWith("__");
