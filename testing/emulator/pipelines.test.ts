import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/projects/acme%2Fshop/pipelines";
let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const create = (body: object = {}, user?: string) =>
  gitlab.api("POST", "/projects/acme%2Fshop/pipeline", { ref: "main", ...body }, user);
const listKeys = "id iid project_id sha ref status source created_at updated_at web_url name"
  .split(" ")
  .sort();

describe("a whole life", () => {
  it("creates without a name, is named, runs as it is read, and is deleted", async () => {
    const made = await create();
    expect(made).toMatchObject({
      status: 201,
      body: { iid: 1, status: "created", source: "api", tag: false },
    });
    expect(made.body).not.toHaveProperty("name");
    const one = `${base}/${made.body.id}`;
    expect((await gitlab.api("PUT", `${one}/metadata`, { name: "Release" })).body.name).toBe("Release");
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await gitlab.api("GET", one)).body.status);
    expect(seen).toEqual(["created", "pending", "running", "success"]);
    expect((await gitlab.api("DELETE", one)).status).toBe(204);
    expect((await gitlab.api("GET", one)).body).toEqual({ message: "404 Not found" });
  });
});

describe("create", () => {
  it.each([
    [{ ref: "nowhere" }, "Reference not found"],
    [
      {
        variables: [
          { key: "A", value: "1" },
          { key: "A", value: "2" },
        ],
      },
      "Duplicate variable name: A",
    ],
  ])("refuses %j under `base`", async (body, sentence) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { message: { base: [sentence] } } });
    expect(gitlab.world.pipelines("acme/shop")).toEqual([]);
  });

  it("refuses without a configuration, on a protected ref, without the right to set variables", async () => {
    const project = gitlab.world.project("acme/shop");
    project.ciConfig = false;
    expect((await create()).body.message.base).toEqual(["Missing CI config file"]);
    project.ciConfig = true;
    project.protectedRefs = [{ name: "main", level: 40 }];
    expect((await create({}, "devon")).body.message.base[0]).toMatch(
      /^You do not have sufficient permission.*<a /,
    );
    project.variablesRole = 0;
    expect((await create({ variables: [{ key: "A", value: "1" }] })).body.message.base).toEqual([
      "Insufficient permissions to set pipeline variables",
    ]);
  });

  it("answers the limiter with 400", async () => {
    gitlab.world.store.switches.pipelinesPerMinute = 1;
    await create();
    expect(await create()).toMatchObject({
      status: 400,
      body: { message: { base: ["Too many pipelines created in the last minute. Try again later."] } },
    });
    gitlab.world.advance(61_000);
    expect((await create()).status).toBe(201);
  });

  it("fails as told, as often as told", async () => {
    gitlab.world.setPipelineOutcome("acme/shop", {
      createError: "jobs:x config should be a hash",
      createErrorTimes: 1,
    });
    expect((await create()).body.message.base).toEqual(["jobs:x config should be a hash"]);
    expect((await create()).status).toBe(201);
  });

  it("is forbidden to reporters, and 401 for no one", async () => {
    expect((await create({}, "rita")).status).toBe(403);
    expect((await gitlab.api("POST", "/projects/acme%2Fshop/pipeline", {}, null)).status).toBe(401);
    expect((await gitlab.api("POST", base, { ref: "main" })).status).toBe(405);
  });
});

describe("create for a merge request", () => {
  const path = (iid: number) => `/projects/acme%2Fshop/merge_requests/${iid}/pipelines`;

  it("answers 200 with a pipeline of its ref, and another one each time", async () => {
    const { iid } = gitlab.world.addMergeRequest("acme/shop");
    const made = await gitlab.api("POST", path(iid));
    expect(made).toMatchObject({
      status: 200,
      body: { ref: `refs/merge-requests/${iid}/head`, source: "merge_request_event", tag: false },
    });
    expect(made.body.sha).toBe(gitlab.world.project("acme/shop").branches.get("develop"));
    expect(made.body).not.toHaveProperty("name");
    expect((await gitlab.api("POST", path(iid))).body.id).not.toBe(made.body.id);
  });

  it("refuses without commits of its own, without the right, where pipelines are off, and what is not there", async () => {
    const empty = gitlab.world.addMergeRequest("acme/shop", { sourceBranch: "main" });
    expect(await gitlab.api("POST", path(empty.iid))).toMatchObject({
      status: 405,
      body: { message: "405 Method Not Allowed" },
    });
    const { iid } = gitlab.world.addMergeRequest("acme/shop");
    const insufficient = ["Insufficient permissions to create a new pipeline"];
    expect(await gitlab.api("POST", path(iid), {}, "rita")).toMatchObject({
      status: 400,
      body: { message: { base: insufficient } },
    });
    gitlab.world.project("acme/shop").ciEnabled = false;
    expect((await gitlab.api("POST", path(iid))).body.message.base).toEqual(["Pipelines are disabled!"]);
    expect((await gitlab.api("POST", path(99))).body).toEqual({ message: "404 Not found" });
  });
});

describe("read", () => {
  it("lists exactly these keys, newest first, children only when asked for", async () => {
    await create();
    gitlab.world.addPipeline("acme/shop", { source: "parent_pipeline" });
    await create({ ref: "develop" });
    const listed = (await gitlab.api("GET", base)).body;
    expect(listed.map((row: { id: number }) => row.id)).toEqual([3, 1]);
    expect(Object.keys(listed[0]).sort()).toEqual(listKeys);
    expect((await gitlab.api("GET", `${base}?source=parent_pipeline`)).body).toHaveLength(1);
    expect((await gitlab.api("GET", `${base}?username=nobody`)).body).toEqual([]);
    expect((await gitlab.api("GET", `${base}?scope=branches&ref=main`)).body).toHaveLength(1);
    expect((await gitlab.api("GET", `${base}?status=done`)).status).toBe(400);
  });

  it("has no latest: 403", async () => {
    expect(await gitlab.api("GET", `${base}/latest`)).toMatchObject({
      status: 403,
      body: { message: "403 Forbidden" },
    });
    const made = await create();
    expect((await gitlab.api("GET", `${base}/latest`)).body).toMatchObject({ id: made.body.id, name: null });
    expect((await gitlab.api("GET", `${base}/latest?ref=nowhere`)).status).toBe(403);
    gitlab.world.project("acme/shop").branches.set("main", "a".repeat(40));
    expect((await gitlab.api("GET", `${base}/latest`)).status).toBe(403);
  });

  it("shows coverage as text with two decimals", async () => {
    gitlab.world.setPipelineOutcome("acme/shop", { coverage: 30, readsPerStep: 0 });
    const made = await create();
    expect((await gitlab.api("GET", `${base}/${made.body.id}`)).body.coverage).toBe("30.00");
  });

  it("shows jobs and bridges apart", async () => {
    gitlab.world.setPipelineOutcome("acme/shop", {
      status: "failed",
      readsPerStep: 0,
      jobs: [{ name: "build" }, { name: "downstream", bridge: true }, { name: "deploy" }],
    });
    const { id } = (await create()).body;
    const jobs = (await gitlab.api("GET", `${base}/${id}/jobs`)).body;
    expect(jobs).toMatchObject([
      { name: "deploy", status: "failed" },
      { name: "build", status: "success" },
    ]);
    expect((await gitlab.api("GET", `${base}/${id}/jobs?scope[]=failed`)).body).toHaveLength(1);
    expect((await gitlab.api("GET", `${base}/${id}/jobs?scope=done`)).status).toBe(400);
    expect((await gitlab.api("GET", `${base}/${id}/bridges`)).body).toMatchObject([
      { name: "downstream", downstream_pipeline: null },
    ]);
  });

  it("shows variables to maintainers and to their author", async () => {
    const { id } = (await create({ variables: [{ key: "A", value: "1" }] }, "devon")).body;
    const path = `${base}/${id}/variables`;
    expect((await gitlab.api("GET", path, undefined, "devon")).body).toEqual([
      { variable_type: "env_var", key: "A", value: "1", raw: false },
    ]);
    expect((await gitlab.api("GET", path, undefined, "dana")).status).toBe(200);
    expect((await gitlab.api("GET", path, undefined, "rita")).status).toBe(403);
    const other = (await create()).body.id;
    expect((await gitlab.api("GET", `${base}/${other}/variables`, undefined, "devon")).status).toBe(403);
  });

  it("reports tests, or zeros", async () => {
    const { id } = (await create()).body;
    expect((await gitlab.api("GET", `${base}/${id}/test_report`)).body).toMatchObject({
      total_count: 0,
      test_suites: [],
    });
    gitlab.world.setPipelineOutcome("acme/shop", {
      readsPerStep: 0,
      testSuites: [
        {
          name: "unit",
          cases: [
            { name: "adds", status: "success", seconds: 2 },
            { name: "fails", status: "failed" },
          ],
        },
      ],
    });
    const other = (await create()).body.id;
    expect((await gitlab.api("GET", `${base}/${other}/test_report`)).body).toMatchObject({
      total_count: 2,
      failed_count: 1,
      test_suites: [
        { name: "unit", suite_error: null, test_cases: [{ execution_time: 2 }, { status: "failed" }] },
      ],
    });
    expect((await gitlab.api("GET", `${base}/${other}/test_report_summary`)).body).toMatchObject({
      total: { count: 2, failed: 1, suite_error: null },
      test_suites: [{ build_ids: [expect.any(Number), expect.any(Number)] }],
    });
  });
});

describe("actions", () => {
  it("retries with 201, also where there is nothing to retry", async () => {
    gitlab.world.setPipelineOutcome("acme/shop", { status: "failed", readsPerStep: 0 });
    const { id } = (await create()).body;
    expect(await gitlab.api("POST", `${base}/${id}/retry`)).toMatchObject({
      status: 201,
      body: { status: "pending" },
    });
    expect((await gitlab.api("GET", `${base}/${id}/jobs?include_retried=true`)).body).toHaveLength(3);
    gitlab.world.finishPipeline(id);
    expect(await gitlab.api("POST", `${base}/${id}/retry`)).toMatchObject({
      status: 201,
      body: { status: "success" },
    });
  });

  it("cancels with 200 in every state, a moment later", async () => {
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { workers: "manual" } });
    const { id } = (await create()).body;
    expect((await gitlab.api("POST", `${base}/${id}/cancel`)).body.status).toBe("created");
    gitlab.world.runWorkers();
    expect((await gitlab.api("GET", `${base}/${id}`)).body.status).toBe("canceled");
    expect((await gitlab.api("POST", `${base}/${id}/cancel`)).status).toBe(200);
  });

  it("cancels gracefully where the runner can", async () => {
    gitlab.world.setPipelineOutcome("acme/shop", { gracefulCancel: true });
    const { id } = (await create()).body;
    expect((await gitlab.api("POST", `${base}/${id}/cancel`)).body.status).toBe("canceling");
    await gitlab.api("GET", `${base}/${id}`);
    expect((await gitlab.api("GET", `${base}/${id}`)).body.status).toBe("canceled");
  });

  it("refuses a long or missing name", async () => {
    const { id } = (await create()).body;
    const path = `${base}/${id}/metadata`;
    expect((await gitlab.api("PUT", path, {})).body).toEqual({ error: "name is missing" });
    expect((await gitlab.api("PUT", path, { name: "x".repeat(256) })).body).toEqual({
      message: "Failed to update pipeline - Name is too long (maximum is 255 characters)",
    });
  });

  it("lets only owners delete", async () => {
    const { id } = (await create()).body;
    expect((await gitlab.api("DELETE", `${base}/${id}`, undefined, "dana")).status).toBe(403);
    expect((await gitlab.api("DELETE", `${base}/${id}`)).status).toBe(204);
  });
});
