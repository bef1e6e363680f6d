import { describe, expect, it } from "vitest";

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
    gitlab.world.addEnvironment("acme/shop", "production", { external_url: "https://by.hand" });
    const stack = await TestStack.create(gitlab);
    const adopted = (await stack.up(environment({ adopt: true, description: "ours" }))).orThrow();
    expect(adopted.log.slice(1)).toEqual([
      "GET /projects/acme/shop/environments?name=production 200",
      'PUT /projects/acme/shop/environments/1 {"description":"ours"} 200',
    ]);
    const unadopt = (await stack.up(environment({ description: "ours" }))).orThrow();
    expect(unadopt.changes).toEqual({ same: 2 });
    // What is not declared stays.
    expect(gitlab.world.environments("acme/shop")[0]?.external_url).toBe("https://by.hand");

    gitlab.world.addEnvironment("acme/api", "production");
    const other = await TestStack.create(gitlab);
    const same = (await other.up(environment({ project: "acme/api", adopt: true }))).orThrow();
    expect(same.log).toHaveLength(2);
  });
});
