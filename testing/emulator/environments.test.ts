import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator, gitlab18 } from "./index";

const base = "/projects/acme%2Fshop/environments";
let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

describe("a whole life", () => {
  it("creates, reads, changes, stops and deletes", async () => {
    const made = await gitlab.api("POST", base, {
      name: "production",
      external_url: "https://shop.example.com",
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "production",
      slug: "production",
      tier: "production",
      state: "available",
      external_url: "https://shop.example.com",
      auto_stop_setting: "always",
      auto_stop_at: null,
      description: null,
      project: { path_with_namespace: "acme/shop" },
    });
    const one = `${base}/${made.body.id}`;
    const read = await gitlab.api("GET", one);
    expect(read.body).toHaveProperty("last_deployment", null);
    expect(read.body).not.toHaveProperty("project");
    const changed = await gitlab.api("PUT", one, { external_url: "", description: "The shop" });
    expect(changed).toMatchObject({ status: 200, body: { external_url: null, description: "The shop" } });
    expect((await gitlab.api("DELETE", one)).status).toBe(403);
    expect(await gitlab.api("POST", `${one}/stop`)).toMatchObject({
      status: 200,
      body: { state: "stopped" },
    });
    expect(await gitlab.api("DELETE", one)).toMatchObject({ status: 204, body: undefined });
    expect(await gitlab.api("GET", one)).toMatchObject({ status: 404, body: { message: "404 Not found" } });
  });
});

describe("create", () => {
  it("refuses a taken name with both keys, a stopped environment's too", async () => {
    const made = await gitlab.api("POST", base, { name: "production" });
    await gitlab.api("POST", `${base}/${made.body.id}/stop`);
    const again = await gitlab.api("POST", base, { name: "production" });
    expect(again.status).toBe(400);
    expect(again.body).toEqual({
      message: { name: ["has already been taken"], slug: ["has already been taken"] },
    });
  });

  it("refuses another name with the same slug on the slug alone", async () => {
    await gitlab.api("POST", base, { name: "prod" });
    const other = await gitlab.api("POST", base, { name: "prod-" });
    expect(other.body).toEqual({ message: { slug: ["has already been taken"] } });
  });

  it("names every fault of a bad request in one sentence, before it looks for the project", async () => {
    const bad = await gitlab.api("POST", "/projects/999999/environments", { tier: "prod", slug: "x" });
    expect(bad).toMatchObject({
      status: 400,
      body: {
        error:
          "name is missing, tier does not have a valid value, slug is automatically generated and cannot be changed",
      },
    });
  });

  it.each([
    ["a/", "can contain only"],
    ["a+b", "can contain only"],
    ["x".repeat(256), "is too long (maximum is 255 characters)"],
    ["", "can't be blank"],
  ])("refuses the name %j", async (name, sentence) => {
    const bad = await gitlab.api("POST", base, { name });
    expect(bad.status).toBe(400);
    expect(JSON.stringify(bad.body.message.name)).toContain(sentence);
  });

  it.each([
    [{ external_url: "javascript:alert(1)" }, { external_url: ["javascript scheme is not allowed"] }],
    [{ external_url: "http://" }, { external_url: ["URI is invalid"] }],
    [{ kubernetes_namespace: "x" }, { kubernetes_namespace: ["cannot be set without a cluster agent"] }],
    [{ flux_resource_path: "x" }, { flux_resource_path: ["cannot be set without a kubernetes namespace"] }],
  ])("refuses %j", async (fields, message) => {
    expect(await gitlab.api("POST", base, { name: "one", ...fields })).toMatchObject({
      status: 400,
      body: { message },
    });
  });

  it("takes an external URL without a scheme", async () => {
    expect((await gitlab.api("POST", base, { name: "one", external_url: "test.gitlab.com" })).status).toBe(
      201,
    );
  });

  it("refuses an agent of another project", async () => {
    const agent = gitlab.world.addAgent("acme/api", "cluster");
    const bad = await gitlab.api("POST", base, { name: "one", cluster_agent_id: agent.id });
    expect(bad.body.message).toBe(
      "400 Bad request - cluster agent doesn't exist or cannot be associated with this environment",
    );
  });
});

describe("update", () => {
  it("ignores the name, and answers 200", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    expect(await gitlab.api("PUT", `${base}/${id}`, { name: "two" })).toMatchObject({
      status: 200,
      body: { name: "one" },
    });
  });

  it("guesses the tier anew when it is null, and refuses an empty one", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "staging", { tier: "other" });
    expect((await gitlab.api("PUT", `${base}/${id}`, { tier: null })).body.tier).toBe("staging");
    expect((await gitlab.api("PUT", `${base}/${id}`, { tier: "" })).status).toBe(400);
  });

  it("leaves updated_at alone when nothing changes", async () => {
    const made = gitlab.world.addEnvironment("acme/shop", "one");
    const before = made.updatedAt.toISOString();
    gitlab.world.advance(1000);
    expect((await gitlab.api("PUT", `${base}/${made.id}`, {})).body.updated_at).toBe(before);
  });

  it("refuses to take the agent away from under its namespace", async () => {
    const agent = gitlab.world.addAgent("acme/shop", "cluster");
    const fields = { cluster_agent_id: agent.id, kubernetes_namespace: "web" };
    const { id } = gitlab.world.addEnvironment("acme/shop", "one", fields);
    const bad = await gitlab.api("PUT", `${base}/${id}`, { cluster_agent_id: null });
    expect(bad).toMatchObject({
      status: 400,
      body: { message: { kubernetes_namespace: ["cannot be set without a cluster agent"] } },
    });
    const both = { cluster_agent_id: null, kubernetes_namespace: null };
    const good = await gitlab.api("PUT", `${base}/${id}`, both);
    expect(good.status).toBe(200);
    expect(good.body).not.toHaveProperty("cluster_agent");
  });
});

describe("agents", () => {
  it("show to developers and are missing for reporters", async () => {
    const agent = gitlab.world.addAgent("acme/shop", "cluster");
    const { id } = gitlab.world.addEnvironment("acme/shop", "one", { cluster_agent_id: agent.id });
    const seen = await gitlab.api("GET", `${base}/${id}`, undefined, "devon");
    expect(seen.body).toMatchObject({ cluster_agent: { id: agent.id }, kubernetes_namespace: null });
    const hidden = await gitlab.api("GET", `${base}/${id}`, undefined, "rita");
    expect(hidden.status).toBe(200);
    expect(hidden.body).not.toHaveProperty("cluster_agent");
    expect(hidden.body).not.toHaveProperty("kubernetes_namespace");
  });
});

describe("roles", () => {
  it.each([
    ["devon", 201, 200],
    ["rita", 403, 200],
    ["gus", 403, 403],
    ["stranger", 404, 404],
    [null, 401, 401],
  ])("answer %s's create with %i and list with %i", async (user, create, list) => {
    expect((await gitlab.api("POST", base, { name: "one" }, user)).status).toBe(create);
    expect((await gitlab.api("GET", base, undefined, user)).status).toBe(list);
  });

  it("let a developer change a protected environment, but neither stop nor delete it", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    const { id } = gitlab.world.addEnvironment("acme/shop", "production");
    expect((await gitlab.api("PUT", `${base}/${id}`, { description: "x" }, "devon")).status).toBe(200);
    expect((await gitlab.api("POST", `${base}/${id}/stop`, {}, "devon")).status).toBe(403);
    expect((await gitlab.api("POST", `${base}/${id}/stop`, {}, "dana")).status).toBe(200);
    expect((await gitlab.api("DELETE", `${base}/${id}`, undefined, "devon")).status).toBe(403);
  });
});

describe("list", () => {
  beforeEach(() => {
    for (const name of ["review/a", "Review/b", "production"]) gitlab.world.addEnvironment("acme/shop", name);
  });
  const names = async (query: string) =>
    ((await gitlab.api("GET", `${base}?${query}`)).body as { name: string }[]).map((row) => row.name);

  it("finds names exactly and searches prefixes without case", async () => {
    expect(await names("name=review%2Fa")).toEqual(["review/a"]);
    expect(await names("name=REVIEW%2Fa")).toEqual([]);
    expect(await names("search=review")).toEqual(["review/a", "Review/b"]);
    expect(await names("search=view")).toEqual([]);
    expect(await names("search=")).toHaveLength(3);
  });

  it.each([
    ["search=re", { message: "400 Bad request - Search query is less than 3 characters" }],
    ["search=review&name=x", { error: "name, search cannot be used together" }],
    ["states=running", { error: "states does not have a valid value" }],
    ["per_page=0", { error: "per_page has a value not allowed" }],
  ])("refuses %s", async (query, body) => {
    expect(await gitlab.api("GET", `${base}?${query}`)).toMatchObject({ status: 400, body });
  });

  it("shows the project and no last deployment", async () => {
    const [first] = (await gitlab.api("GET", base)).body;
    expect(first).toHaveProperty("project.id");
    expect(first).not.toHaveProperty("last_deployment");
  });
});

describe("stop", () => {
  it("waits for on_stop jobs in `stopping`, where a delete is forbidden", async () => {
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { stopJobReads: "manual" } });
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    gitlab.world.addOnStopJob("acme/shop", "one");
    expect((await gitlab.api("POST", `${base}/${id}/stop`)).body.state).toBe("stopping");
    expect((await gitlab.api("DELETE", `${base}/${id}`)).status).toBe(403);
    gitlab.world.finishStopJob("acme/shop", "one");
    expect((await gitlab.api("GET", `${base}/${id}`)).body.state).toBe("stopped");
  });

  it("finishes on_stop jobs as the environment is read", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    gitlab.world.addOnStopJob("acme/shop", "one");
    await gitlab.api("POST", `${base}/${id}/stop`);
    const states = [];
    for (let i = 0; i < 2; i++) states.push((await gitlab.api("GET", `${base}/${id}`)).body.state);
    expect(states).toEqual(["stopping", "stopped"]);
  });

  it("stays stopping when the job fails, and a forced stop ends it", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    gitlab.world.addOnStopJob("acme/shop", "one");
    await gitlab.api("POST", `${base}/${id}/stop`);
    gitlab.world.finishStopJob("acme/shop", "one", "failed");
    expect((await gitlab.api("GET", `${base}/${id}`)).body.state).toBe("stopping");
    expect((await gitlab.api("POST", `${base}/${id}/stop`, { force: true })).body.state).toBe("stopped");
  });

  it("refuses `with_action` without a job, unless forced", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one", { auto_stop_setting: "with_action" });
    expect(await gitlab.api("POST", `${base}/${id}/stop`)).toMatchObject({
      status: 400,
      body: {
        message: "400 Bad request - Attempted to stop the environment but failed to change the status",
      },
    });
    expect((await gitlab.api("POST", `${base}/${id}/stop`, { force: true })).status).toBe(200);
  });

  it.each([
    [{}, 200, 200],
    [gitlab18, 400, 500],
  ])("answers a second stop by version %#", async (switches, plain, forced) => {
    await gitlab.stop();
    gitlab = await Emulator.start({ switches });
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    await gitlab.api("POST", `${base}/${id}/stop`);
    expect((await gitlab.api("POST", `${base}/${id}/stop`)).status).toBe(plain);
    expect((await gitlab.api("POST", `${base}/${id}/stop`, { force: true })).status).toBe(forced);
  });
});

describe("ids", () => {
  it("404s an environment of another project and refuses a word", async () => {
    const other = gitlab.world.addEnvironment("acme/api", "one");
    expect((await gitlab.api("GET", `${base}/${other.id}`)).status).toBe(404);
    expect(await gitlab.api("GET", `${base}/abc`)).toMatchObject({
      status: 400,
      body: { error: "environment_id is invalid" },
    });
  });

  it("leaves the protection when the environment is deleted, and gives the name a new id", async () => {
    gitlab.world.protect("acme/shop", "one", [{ role: "maintainer" }]);
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    await gitlab.api("POST", `${base}/${id}/stop`);
    await gitlab.api("DELETE", `${base}/${id}`);
    expect(gitlab.world.protection("acme/shop", "one")).toBeDefined();
    const again = await gitlab.api("POST", base, { name: "one" });
    expect(again.body.slug).toBe("one");
    expect(again.body.id).toBeGreaterThan(id);
  });

  it("refuses a delete when it changed since", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    await gitlab.api("POST", `${base}/${id}/stop`);
    const headers = { "PRIVATE-TOKEN": gitlab.token, "If-Unmodified-Since": "Fri, 01 Jan 2021 00:00:00 GMT" };
    const refused = await fetch(`${gitlab.url}/api/v4${base}/${id}`, { method: "DELETE", headers });
    expect([refused.status, await refused.json()]).toEqual([412, { message: "412 Precondition Failed" }]);
  });
});
