import { describe, expect, it } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { startProvider } from "./support/provider";
import { declare, startGitLab, TestStack } from "./support/stack";

const base = { project: "acme/shop", name: "production" };
const environment = (args: object = {}, opts?: string) =>
  declare("Environment", "production", { ...base, ...args }, opts);

describe("Environment: a whole life", () => {
  it("is previewed, created, left alone, changed, refreshed and deleted with exactly the requests that takes", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const program = (args: object) =>
      environment(args) + "exports.id = production.environmentId; exports.slug = production.slug;";

    const first = program({ tier: "production", externalUrl: "https://shop.example.com" });
    const preview = (await stack.preview(first)).orThrow();
    expect(preview.log).toEqual([]);
    expect(preview.changes).toMatchObject({ create: 2 });
    expect(preview.outputs).toMatchObject({ slug: "production" });

    const created = (await stack.up(first)).orThrow();
    expect(created.log).toEqual([
      'POST /projects/acme/shop/environments {"name":"production","external_url":"https://shop.example.com","tier":"production"} 201',
    ]);
    expect(created.outputs).toEqual({ id: 1, slug: "production" });
    expect(await stack.stored("production")).toEqual({
      id: "acme/shop:1",
      inputs: { ...base, slug: "production", tier: "production", externalUrl: "https://shop.example.com" },
      outputs: {
        ...base,
        slug: "production",
        tier: "production",
        externalUrl: "https://shop.example.com",
        state: "available",
        createdAt: expect.stringMatching(/^\d{4}-/) as string,
      },
    });

    const unchanged = (await stack.up(first)).orThrow();
    expect(unchanged.log).toEqual([]);
    expect(unchanged.changes).toEqual({ same: 2 });

    const second = program({ tier: "staging", description: "the shop" });
    const changed = (await stack.up(second)).orThrow();
    expect(changed.log).toEqual([
      'PUT /projects/acme/shop/environments/1 {"external_url":"","tier":"staging","description":"the shop"} 200',
    ]);

    gitlab.world.changeEnvironment("acme/shop", "production", { description: "by hand", tier: "other" });
    const refreshed = (await stack.refresh()).orThrow();
    expect(refreshed.log).toEqual(["GET /projects/acme/shop/environments/1 200"]);
    const repaired = (await stack.up(second)).orThrow();
    expect(repaired.log).toEqual([
      'PUT /projects/acme/shop/environments/1 {"tier":"staging","description":"the shop"} 200',
    ]);

    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.log).toEqual([
      "GET /projects/acme/shop/deployments?environment=production&per_page=1 200",
      "POST /projects/acme/shop/environments/1/stop 200",
      "DELETE /projects/acme/shop/environments/1 204",
    ]);
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
  });

  it("keeps every argument, and clears each that is removed from the program", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const agent = gitlab.world.addAgent("acme/shop", "cluster");
    const all = {
      tier: "testing",
      externalUrl: "https://x.example.com",
      description: "d",
      clusterAgentId: agent.id,
      kubernetesNamespace: "shop",
      fluxResourcePath: "helm/x",
      autoStopSetting: "with_action",
    };
    (await stack.up(environment(all))).orThrow();
    const cleared = (await stack.up(environment())).orThrow();
    expect(cleared.log).toEqual([
      "PUT /projects/acme/shop/environments/1 " +
        '{"external_url":"","tier":"production","description":"","cluster_agent_id":null,' +
        '"kubernetes_namespace":null,"flux_resource_path":null,"auto_stop_setting":"always"} 200',
    ]);
    expect((await stack.up(environment())).log).toEqual([]);
  });

  it("removes namespace and Flux path together with the agent they need", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const agent = gitlab.world.addAgent("acme/shop", "cluster");
    const kubernetes = { clusterAgentId: agent.id, kubernetesNamespace: "shop", fluxResourcePath: "helm/x" };
    (await stack.up(environment(kubernetes))).orThrow();
    const off = (await stack.up(environment({ clusterAgentId: agent.id }))).orThrow();
    expect(off.log).toEqual([
      'PUT /projects/acme/shop/environments/1 {"kubernetes_namespace":null,"flux_resource_path":null} 200',
    ]);
  });

  it("shows no drift for a tier nobody declared", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.changeEnvironment("acme/shop", "production", {
      tier: "other",
      external_url: "https://ci.example.com",
    });
    (await stack.refresh()).orThrow();
    const again = (await stack.up(environment())).orThrow();
    expect(again.changes).toEqual({ same: 2 });
    expect((await stack.stored("production"))?.outputs["tier"]).toBe("other");
  });
});

describe("Environment: identity", () => {
  it("replaces when the name changes, the new one first", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    const renamed = (await stack.up(environment({ name: "live" }))).orThrow();
    expect(renamed.log.map((request) => request.split(" ", 2).join(" "))).toEqual([
      "POST /projects/acme/shop/environments",
      "GET /projects/acme/shop/deployments?environment=production&per_page=1",
      "POST /projects/acme/shop/environments/1/stop",
      "DELETE /projects/acme/shop/environments/1",
    ]);
  });

  it("is an update without a write when the project is spelled differently", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    const number = gitlab.world.environments("acme/shop")[0]?.project?.id;
    const respelled = (await stack.up(environment({ project: number }))).orThrow();
    expect(respelled.log).toEqual(["GET /projects/acme/shop 200"]);
    expect(respelled.changes).toEqual({ same: 1, update: 1 });
    expect((await stack.stored("production"))?.id).toBe("acme/shop:1");
  });

  it("replaces when the project is another one", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    const moved = (await stack.up(environment({ project: "acme/api" }))).orThrow();
    expect(moved.changes).toEqual({ same: 1, replace: 1 });
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
    expect(gitlab.world.environments("acme/api")).toHaveLength(1);
  });

  it("fails rather than say replace when the new project cannot be seen", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    const lost = await stack.preview(environment({ project: "acme/nowhere" }));
    expect(lost.ok).toBe(false);
    expect(lost.errors.join()).toContain("cannot see the project acme/nowhere");
  });

  it("never deletes what another resource name declares, and says so", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    const other = declare("Environment", "renamed", { ...base, adopt: true });
    const moved = (await stack.up(other)).orThrow();
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
    expect(moved.log.filter((request) => request.startsWith("DELETE"))).toEqual([]);
    expect(moved.text).toContain("acme/shop:1: still declared under another resource name");
  });
});

describe("Environment: what exists already", () => {
  it("names it, then aliases, then adopt, and changes nothing", async () => {
    const gitlab = await startGitLab();
    gitlab.world.addEnvironment("acme/shop", "production");
    await gitlab.api("POST", "/projects/acme%2Fshop/environments/1/stop");
    const stack = await TestStack.create(gitlab);
    const refused = await stack.up(environment());
    expect(refused.errors[0]).toBe(
      "the environment production already exists in acme/shop (id 1, stopped). If its resource was renamed or moved in this program, " +
        "give the new one `aliases`; to take over an environment that no stack manages, set `adopt: true`.",
    );
    expect(refused.log.filter((request) => !request.startsWith("GET"))).toHaveLength(1);
  });

  it("is taken over with adopt: three requests, two where nothing differs", async () => {
    const gitlab = await startGitLab();
    gitlab.world.addEnvironment("acme/shop", "production");
    const stack = await TestStack.create(gitlab);
    const adopted = (await stack.up(environment({ adopt: true, description: "ours" }))).orThrow();
    expect(adopted.log.slice(1)).toEqual([
      "GET /projects/acme/shop/environments?name=production 200",
      'PUT /projects/acme/shop/environments/1 {"description":"ours"} 200',
    ]);
    const unadopt = (await stack.up(environment({ description: "ours" }))).orThrow();
    expect(unadopt.changes).toEqual({ same: 2 });

    gitlab.world.addEnvironment("acme/api", "production");
    const other = await TestStack.create(gitlab);
    const same = (await other.up(environment({ project: "acme/api", adopt: true }))).orThrow();
    expect(same.log).toHaveLength(2);
  });
});

describe("Environment: removal", () => {
  it("refuses to delete a deployment history by default, naming the choices", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const refused = await stack.destroy();
    expect(refused.errors.join()).toMatch(/has deployments.*"delete".*"stop".*"retain"/);
    expect(await stack.stored("production")).toBeDefined();
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });

  it("follows onDestroy once an up has stored it", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const stored = (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    expect(stored.log).toEqual([]);
    expect(stored.changes).toEqual({ same: 1, update: 1 });
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.log).toEqual([
      "POST /projects/acme/shop/environments/1/stop 200",
      "DELETE /projects/acme/shop/environments/1 204",
    ]);
  });

  it("stops and keeps it with stop, sends nothing with retain", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const two =
      declare("Environment", "a", { project: "acme/shop", name: "a", onDestroy: "stop" }) +
      declare("Environment", "b", { project: "acme/shop", name: "b", onDestroy: "retain" });
    (await stack.up(two)).orThrow();
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.log).toHaveLength(1);
    expect(gitlab.world.environment("acme/shop", "a").state).toBe("stopped");
    expect(gitlab.world.environment("acme/shop", "b").state).toBe("available");
  });

  it("waits for on_stop jobs before it deletes", async () => {
    const gitlab = await startGitLab({ switches: { stopJobReads: 3 } });
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    gitlab.world.addOnStopJob("acme/shop", "production");
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.text).toContain(
      "acme/shop:1: the environment production is stopping, waiting for its on_stop jobs (up to 600 s)",
    );
    expect(destroyed.log.at(-1)).toBe("DELETE /projects/acme/shop/environments/1 204");
  });

  it("keeps the state when the stop does not end in time, and force stops when told to", async () => {
    const gitlab = await startGitLab({ switches: { stopJobReads: "manual" } });
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete", stopTimeoutSeconds: 1 }))).orThrow();
    gitlab.world.addOnStopJob("acme/shop", "production");
    const stuck = await stack.destroy();
    expect(stuck.errors.join()).toContain(
      "the environment production is still stopping after 1 s; nothing was deleted",
    );
    (await stack.up(environment({ onDestroy: "delete", stopTimeoutSeconds: 1, forceStop: true }))).orThrow();
    (await stack.destroy()).orThrow();
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
  });

  it("names forceStop where with_action has no job to play", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ autoStopSetting: "with_action", onDestroy: "delete" }))).orThrow();
    const refused = await stack.destroy();
    expect(refused.errors.join()).toContain("Set `forceStop: true`");
  });

  it("copes with an environment stopped by hand, on versions that refuse a second stop", async () => {
    const gitlab = await startGitLab({
      switches: { stopOfStopped: "refused", forcedStopOfStopped: "error" },
    });
    const stack = await TestStack.create(gitlab);
    const two =
      declare("Environment", "a", { project: "acme/shop", name: "a", onDestroy: "delete" }) +
      declare("Environment", "b", { project: "acme/shop", name: "b", onDestroy: "delete", forceStop: true });
    (await stack.up(two)).orThrow();
    for (const id of [1, 2]) await gitlab.api("POST", `/projects/acme%2Fshop/environments/${id}/stop`);
    (await stack.destroy()).orThrow();
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
  });

  it("is content when it is gone already", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    (await stack.destroy()).orThrow();
  });
});

describe("Environment: gone or invisible", () => {
  it("drops it from state when it is gone and the project answers", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    (await stack.refresh()).orThrow();
    expect(await stack.stored("production")).toBeUndefined();
  });

  it("keeps the state when the project cannot be seen", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.fault({ path: "/projects/acme%2Fshop", status: 404, body: { message: "404 Project Not Found" } });
    const blind = await stack.refresh();
    expect(blind.errors.join()).toContain("cannot see the project acme/shop");
    expect(await stack.stored("production")).toBeDefined();
  });

  it("says what to do when an update finds nothing", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    const failed = await stack.up(environment({ description: "x" }));
    expect(failed.errors.join()).toContain("Run `pulumi refresh`, then `pulumi up` creates it anew");
  });
});

describe("Environment: lost answers", () => {
  it("finds what a lost create made, and makes it only once", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    gitlab.fault({ method: "POST", path: "/environments", drop: "after", times: 1 });
    const created = (await stack.up(environment())).orThrow();
    expect(created.log).toEqual([
      expect.stringContaining("dropped") as string,
      "GET /projects/acme/shop/environments?name=production 200",
    ]);
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });

  it("repeats a create that never arrived", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    gitlab.fault({ method: "POST", path: "/environments", drop: "before", times: 1 });
    (await stack.up(environment())).orThrow();
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });
});

describe("Environment: get, unknowns and dependents", () => {
  it("reads an existing one by its id alone", async () => {
    const gitlab = await startGitLab();
    gitlab.world.addEnvironment("acme/shop", "production", { external_url: "https://shop.example.com" });
    const stack = await TestStack.create(gitlab);
    const got = await stack.up(
      `const e = gitlab.Environment.get("e", "acme/shop:1"); exports.all = [e.project, e.name, e.slug, e.tier, e.externalUrl, e.environmentId];`,
    );
    expect(got.orThrow().outputs).toEqual({
      all: ["acme/shop", "production", "production", "production", "https://shop.example.com", 1],
    });
    expect(got.log).toEqual(["GET /projects/acme/shop/environments/1 200"]);
  });

  it("leaves dependents on the number unchanged in the preview of an update", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const program = (description: string) =>
      environment({ description }) +
      `new gitlab.Environment("second", { project: "acme/api", name: pulumi.interpolate\`mirror-of-\${production.environmentId}\`, description: production.slug });`;
    (await stack.up(program("one"))).orThrow();
    const preview = (await stack.preview(program("two"))).orThrow();
    expect(preview.changes).toEqual({ same: 2, update: 1 });
  });
});

describe("Environment: bad input, before any request", () => {
  const cases: [string, object, string][] = [
    ["name", { name: "/x" }, "name can contain only letters"],
    ["long", { name: "x".repeat(256) }, "name is too long: 256 characters, GitLab takes 255"],
    ["missing", { name: undefined }, "name is required"],
    ["bare", { project: "shop" }, "project must be an id or a full path with its group, such as acme/shop"],
    ["zero", { project: 0 }, "project must be a positive id"],
    ["scheme", { externalUrl: "javascript:alert(1)" }, "externalUrl must be an address"],
    [
      "tier",
      { tier: "prod" },
      'tier must be one of production, staging, testing, development, other, got "prod"',
    ],
    ["agent", { clusterAgentId: 1.5 }, "clusterAgentId must be a whole number"],
    [
      "namespace",
      { kubernetesNamespace: "shop" },
      "kubernetesNamespace cannot be set without clusterAgentId",
    ],
    [
      "flux",
      { clusterAgentId: 1, fluxResourcePath: "x" },
      "fluxResourcePath cannot be set without kubernetesNamespace",
    ],
    [
      "letters",
      { clusterAgentId: 1, kubernetesNamespace: "Shop" },
      "kubernetesNamespace can contain only a-z",
    ],
    ["setting", { autoStopSetting: "never" }, "autoStopSetting must be one of always, with_action"],
    ["destroy", { onDestroy: "keep" }, "onDestroy must be one of delete-if-unused, delete, stop, retain"],
    ["wait", { stopTimeoutSeconds: 0 }, "stopTimeoutSeconds must be at least 1"],
    ["misspelt", { externalURL: "x" }, "externalURL is not an argument; did you mean externalUrl?"],
    ["connection", { connection: "a b" }, "connection must be the name of a connection"],
  ];

  it("is refused, each with one sentence that names the property", async () => {
    const check = await startProvider("environment");
    for (const [name, args, sentence] of cases) {
      const said = (await check({ ...base, ...args })).failures.map(({ reason }) => reason);
      expect(said, name).toEqual([expect.stringContaining(sentence)]);
    }
  });

  it("passes unknowns at any place", async () => {
    const check = await startProvider("environment");
    const unknown = Object.fromEntries(
      ["project", "name", "externalUrl", "tier", "clusterAgentId", "kubernetesNamespace"].map((key) => [
        key,
        UNKNOWN,
      ]),
    );
    const checked = await check(unknown);
    expect(checked).toEqual({ inputs: { ...unknown, slug: UNKNOWN }, failures: [] });
  });

  it("stops the preview with all that is wrong with a resource, before any request", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const preview = await stack.preview(environment({ name: "/x", tier: "prod" }));
    expect(preview.ok).toBe(false);
    expect(preview.log).toEqual([]);
    expect(preview.errors.slice(0, 2)).toEqual([
      expect.stringMatching(/resource 'production' has a problem: name can contain/),
      expect.stringMatching(/resource 'production' has a problem: tier must be one of/),
    ]);
  });
});
