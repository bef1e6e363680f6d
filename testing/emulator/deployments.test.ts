import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/projects/acme%2Fshop/deployments";
let gitlab: Emulator;
let body: { environment: string; sha: string; ref: string; tag: boolean; status: string };

beforeEach(async () => {
  gitlab = await Emulator.start();
  const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
  body = { environment: "production", sha, ref: "main", tag: false, status: "running" };
});
afterEach(() => gitlab.stop());

const create = (fields: object = {}, user?: string | null) =>
  gitlab.api("POST", base, { ...body, ...fields }, user);
const move = (id: number, status: string) => gitlab.api("PUT", `${base}/${id}`, { status });
const environmentNames = () => gitlab.world.environments("acme/shop").map((row) => row.name);

describe("a whole life", () => {
  it("creates with the environment on the way, moves and deletes", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      iid: 1,
      ref: "main",
      sha: body.sha,
      status: "running",
      user: { username: "olivia" },
      environment: { name: "production", slug: "production" },
      deployable: null,
      pending_approval_count: 0,
      approvals: [],
      approval_summary: { rules: [] },
    });
    expect(made.body).not.toHaveProperty("finished_at");
    expect((await move(made.body.id, "failed")).body.status).toBe("failed");
    expect(await gitlab.api("DELETE", `${base}/${made.body.id}`)).toMatchObject({
      status: 204,
      body: undefined,
    });
    expect((await gitlab.api("GET", `${base}/${made.body.id}`)).body).toEqual({ message: "404 Not found" });
  });

  it("makes a second record of the same request", async () => {
    const [first, second] = [await create(), await create()];
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.iid).toBe(2);
  });
});

describe("create", () => {
  it("wants all five", async () => {
    expect((await gitlab.api("POST", base, {})).body.error).toBe(
      "environment is missing, sha is missing, ref is missing, tag is missing, status is missing, status does not have a valid value",
    );
    expect((await create({ status: "blocked" })).body.error).toBe("status does not have a valid value");
  });

  it("leaves the environment behind on a bad sha, and none on a bad ref", async () => {
    expect((await create({ ref: "nowhere" })).body).toEqual({
      message: { ref: ["The branch or tag does not exist"] },
    });
    expect(environmentNames()).toEqual([]);
    expect((await create({ sha: "f".repeat(40) })).body).toEqual({
      message: { sha: ["The commit does not exist"] },
    });
    expect(environmentNames()).toEqual(["production"]);
  });

  it("looks revisions up: a branch passes as sha, a sha as ref, and the tag is stored as told", async () => {
    const made = await create({ sha: "develop", ref: body.sha, tag: true });
    expect(made).toMatchObject({ status: 201, body: { sha: "develop", ref: body.sha } });
  });

  it("refuses a bad environment name as the environment's model does", async () => {
    const bad = await create({ environment: "a+b" });
    expect(bad.status).toBe(400);
    expect(bad.body.message.name[0]).toContain("can contain only");
  });

  it("403s who may not deploy, with the environment left behind", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    expect((await create({}, "devon")).status).toBe(403);
    expect(environmentNames()).toEqual(["production"]);
    expect((await create({}, "dana")).status).toBe(201);
  });

  it("restarts a stopped environment a moment after a success, and only then", async () => {
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { workers: "manual" } });
    const { id } = gitlab.world.addEnvironment("acme/shop", "production");
    const one = `/projects/acme%2Fshop/environments/${id}`;
    await gitlab.api("POST", `${one}/stop`);
    await create({ status: "failed" });
    await create({ status: "success" });
    expect((await gitlab.api("GET", one)).body.state).toBe("stopped");
    gitlab.world.runWorkers();
    expect((await gitlab.api("GET", one)).body).toMatchObject({
      state: "available",
      last_deployment: { status: "success" },
    });
  });
});

describe("status", () => {
  it.each([
    ["running", "running", "run"],
    ["success", "running", "run"],
    ["success", "success", "succeed"],
    ["failed", "failed", "drop"],
    ["canceled", "canceled", "cancel"],
  ])("does not go from %s to %s", async (from, to, event) => {
    const made = await create({ status: from });
    expect(await move(made.body.id, to)).toMatchObject({
      status: 400,
      body: { message: { status: [`cannot transition via "${event}"`] } },
    });
  });

  it.each([
    ["running", "success"],
    ["success", "failed"],
    ["failed", "success"],
    ["canceled", "failed"],
  ])("goes from %s to %s", async (from, to) => {
    const made = await create({ status: from });
    expect((await move(made.body.id, to)).status).toBe(200);
  });

  it("is CI's business where CI made it", async () => {
    const row = gitlab.world.addCiDeployment("acme/shop", { environment: "production", status: "running" });
    expect(await move(row.id, "success")).toMatchObject({
      status: 403,
      body: {
        message: "403 Forbidden - Deployments created using GitLab CI can not be updated using the API",
      },
    });
    expect((await gitlab.api("GET", `${base}/${row.id}`)).body.deployable).toMatchObject({ name: "build" });
  });

  it("does not find a word for an id", async () => {
    expect((await gitlab.api("PUT", `${base}/abc`, { status: "success" })).status).toBe(404);
    expect((await gitlab.api("GET", `${base}/abc`)).body).toEqual({ error: "deployment_id is invalid" });
  });
});

describe("delete", () => {
  it("refuses a running and the live one, with bodies that have no number", async () => {
    const running = await create();
    expect(await gitlab.api("DELETE", `${base}/${running.body.id}`)).toMatchObject({
      status: 400,
      body: { message: "Cannot destroy running deployment" },
    });
    const live = await create({ status: "success" });
    expect(await gitlab.api("DELETE", `${base}/${live.body.id}`)).toMatchObject({
      status: 400,
      body: { message: "Deployment currently deployed to environment" },
    });
    await create({ status: "success", ref: "develop" });
    expect((await gitlab.api("DELETE", `${base}/${live.body.id}`)).status).toBe(204);
  });

  it("is for maintainers", async () => {
    const made = await create({ status: "failed" });
    expect((await gitlab.api("DELETE", `${base}/${made.body.id}`, undefined, "devon")).status).toBe(403);
    expect((await gitlab.api("DELETE", `${base}/${made.body.id}`, undefined, "dana")).status).toBe(204);
  });
});

describe("list", () => {
  it("filters and orders", async () => {
    await create({ status: "success" });
    await create({ status: "failed", environment: "staging" });
    const ids = async (query: string) =>
      (await gitlab.api("GET", `${base}?${query}`)).body.map((row: { id: number }) => row.id);
    expect(await ids("")).toEqual([1, 2]);
    expect(await ids("sort=desc")).toEqual([2, 1]);
    expect(await ids("environment=staging")).toEqual([2]);
    expect(await ids("environment=nowhere")).toEqual([]);
    expect(await ids("status=success&order_by=finished_at&finished_after=2000-01-01")).toEqual([1]);
    expect(await ids("order_by=updated_at&updated_before=2000-01-01")).toEqual([]);
  });

  it("leaves approvals to the single answer", async () => {
    await create();
    expect((await gitlab.api("GET", base)).body[0]).not.toHaveProperty("approvals");
  });

  it.each([
    ["updated_after=2020-01-01", "400 Bad request - `updated_at` filter requires `updated_at` sort"],
    [
      "finished_after=2020-01-01&status=success",
      "400 Bad request - `finished_at` filter requires `finished_at` sort.",
    ],
    [
      "finished_after=2020-01-01&order_by=finished_at",
      "400 Bad request - `finished_at` filter must be combined with `success` status filter.",
    ],
  ])("refuses %s", async (query, message) => {
    expect(await gitlab.api("GET", `${base}?${query}`)).toMatchObject({ status: 400, body: { message } });
  });

  it("knows order_by=ref only in older versions", async () => {
    expect((await gitlab.api("GET", `${base}?order_by=ref`)).status).toBe(400);
    gitlab.world.store.switches.deploymentsByRef = true;
    expect((await gitlab.api("GET", `${base}?order_by=ref`)).status).toBe(200);
  });
});

describe("merge requests", () => {
  it("lists those that were shipped, with the usual filters", async () => {
    const made = await create();
    const open = gitlab.world.addMergeRequest("acme/shop", { title: "One" });
    gitlab.world.linkMergeRequest(made.body.id, open);
    const path = `${base}/${made.body.id}/merge_requests`;
    expect((await gitlab.api("GET", path)).body).toMatchObject([{ iid: 1, title: "One", state: "opened" }]);
    expect((await gitlab.api("GET", `${path}?state=merged`)).body).toEqual([]);
    expect((await gitlab.api("GET", `${path}?state=done`)).status).toBe(400);
  });
});
