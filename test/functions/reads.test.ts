import { describe, expect, it } from "vitest";

import * as gitlab from "../../provider";
import { functionBench } from "./bench";

const bench = functionBench();
const project = "acme/shop";

describe("environments", () => {
  it("lists all pages with every field in camelCase, and stops at the limit", async () => {
    bench.gitlab.world.addEnvironments(project, 250, "review/");
    const all = await gitlab.getEnvironments({ project });
    expect(all).toHaveLength(250);
    expect(bench.log()).toEqual([
      "GET /projects/acme%2Fshop/environments",
      'GET /projects/acme%2Fshop/environments {"page":"2"}',
      'GET /projects/acme%2Fshop/environments {"page":"3"}',
    ]);
    const wire = (await bench.gitlab.api("GET", "/projects/acme%2Fshop/environments?per_page=1"))
      .body as object[];
    expect(Object.keys(all[0] ?? {})).toHaveLength(Object.keys(wire[0] ?? {}).length);
    expect(all[0]).toMatchObject({
      autoStopAt: null,
      externalUrl: null,
      project: { pathWithNamespace: project },
    });
    bench.gitlab.clearRequests();
    expect(await gitlab.getEnvironments({ project, limit: 120 })).toHaveLength(120);
    expect(bench.log()).toHaveLength(2);
  });

  it("sends filters in GitLab's spelling", async () => {
    await gitlab.getEnvironments({ project, search: "review/1", states: "available" });
    await gitlab.getEnvironments({ project, name: "review/1" });
    expect(bench.log().slice(-1)).toEqual(['GET /projects/acme%2Fshop/environments {"name":"review/1"}']);
    expect(bench.log()[0]).toBe(
      'GET /projects/acme%2Fshop/environments {"search":"review/1","states":"available"}',
    );
  });

  it("finds one by id in one request, by name in two, and says which one is not there", async () => {
    const { id } = bench.gitlab.world.environment(project, "review/7");
    const byId = await gitlab.getEnvironment({ project, environmentId: id });
    expect(bench.log()).toEqual([`GET /projects/acme%2Fshop/environments/${id}`]);
    expect(byId).toMatchObject({ id, name: "review/7", lastDeployment: null });
    expect(await gitlab.getEnvironment({ project, name: "review/7" })).toEqual(byId);
    expect(bench.log().slice(1)).toEqual([
      'GET /projects/acme%2Fshop/environments {"name":"review/7"}',
      `GET /projects/acme%2Fshop/environments/${id}`,
    ]);
    await expect(gitlab.getEnvironment({ project, name: "Review/7" })).rejects.toThrow(
      'getEnvironment: the project acme/shop has no environment "Review/7"',
    );
  });
});

describe("deployments", () => {
  it("reads one with its approvals, and lists with date filters", async () => {
    const { id } = bench.gitlab.world.addCiDeployment(project, { environment: "production" });
    const one = await gitlab.getDeployment({ project, deploymentId: id });
    expect(one).toMatchObject({ id, status: "success", approvals: [], approvalSummary: { rules: [] } });
    expect(one.deployable?.pipeline?.webUrl).toMatch(/^http/);
    const found = await gitlab.getDeployments({
      project,
      environment: "production",
      status: "success",
      orderBy: "finished_at",
      sort: "desc",
      finishedAfter: "2020-01-01T00:00:00+02:00",
    });
    expect(found.map((each) => each.id)).toEqual([id]);
    expect(bench.log()).toEqual([
      `GET /projects/acme%2Fshop/deployments/${id}`,
      'GET /projects/acme%2Fshop/deployments {"environment":"production","status":"success","finished_after":"2020-01-01T00:00:00+02:00","order_by":"finished_at","sort":"desc"}',
    ]);
  });

  it("lists merge requests with every kind of filter", async () => {
    const { world } = bench.gitlab;
    const deployment = world.addCiDeployment(project, { environment: "production" });
    world.linkMergeRequest(
      deployment.id,
      world.addMergeRequest(project, { title: "Sell more", labels: ["urgent"] }),
    );
    const args = { project, deploymentId: deployment.id };
    const [found] = await gitlab.getDeploymentMergeRequests({
      ...args,
      state: "all",
      labels: ["urgent"],
      not: { authorUsername: "devon" },
    });
    expect(found).toMatchObject({ title: "Sell more", iid: 1, sourceBranch: "develop" });
    await gitlab.getDeploymentMergeRequests({
      ...args,
      approvedByIds: [1, 2],
      assigneeId: "None",
      createdAfter: "2026-01-01",
      in: ["title", "description"],
      search: "more",
      wip: "no",
      withLabelsDetails: true,
    });
    expect(bench.log()).toEqual([
      `GET /projects/acme%2Fshop/deployments/${deployment.id}/merge_requests {"labels":"urgent","state":"all","not":{"author_username":"devon"}}`,
      `GET /projects/acme%2Fshop/deployments/${deployment.id}/merge_requests ${JSON.stringify({
        assignee_id: "None",
        with_labels_details: "true",
        created_after: "2026-01-01",
        search: "more",
        in: "title,description",
        wip: "no",
        approved_by_ids: ["1", "2"],
      })}`,
    ]);
  });
});

describe("pipelines", () => {
  it("reads one, lists with filters, and finds the latest", async () => {
    const { id } = bench.gitlab.world.addPipeline(project, { source: "web", status: "success" });
    const one = await gitlab.getPipeline({ project, pipelineId: id });
    expect(one).toMatchObject({
      id,
      status: "success",
      name: null,
      detailedStatus: { hasDetails: expect.any(Boolean) as unknown },
    });
    const found = await gitlab.getPipelines({
      project,
      source: "web",
      yamlErrors: false,
      orderBy: "updated_at",
    });
    expect(found.map((each) => each.id)).toEqual([id]);
    expect((await gitlab.getLatestPipeline({ project, ref: "main" })).id).toBe(id);
    expect(bench.log()).toEqual([
      `GET /projects/acme%2Fshop/pipelines/${id}`,
      'GET /projects/acme%2Fshop/pipelines {"source":"web","yaml_errors":"false","order_by":"updated_at"}',
      'GET /projects/acme%2Fshop/pipelines/latest {"ref":"main"}',
    ]);
  });

  it("explains the 403 of a branch whose newest commit has no pipeline", async () => {
    const refused = gitlab.getLatestPipeline({ project, ref: "develop" });
    await expect(refused).rejects.toThrow(
      /403 \(403 Forbidden\) for develop of acme\/shop.*its newest commit ran a pipeline/s,
    );
    await expect(refused).rejects.toSatisfy((error) => gitlab.isGitLabError(error, "forbidden"));
  });

  it("reads variables, test reports and their summary, zeros where there is none", async () => {
    const pipeline = (
      await bench.gitlab.api("POST", "/projects/acme%2Fshop/pipeline", {
        ref: "main",
        variables: [{ key: "under_score", value: "x_y", variable_type: "file" }],
      })
    ).body as { id: number };
    const args = { project, pipelineId: pipeline.id };
    expect(await gitlab.getPipelineVariables(args)).toEqual([
      { variableType: "file", key: "under_score", value: "x_y", raw: expect.any(Boolean) as unknown },
    ]);
    expect(await gitlab.getPipelineTestReport(args)).toMatchObject({ totalCount: 0, testSuites: [] });
    expect(await gitlab.getPipelineTestReportSummary(args)).toMatchObject({ total: { count: 0 } });
  });
});

describe("jobs of a pipeline", () => {
  it("are listed, with filters, and those that start other pipelines by either name of their endpoint", async () => {
    const { id } = (await bench.gitlab.api("POST", "/projects/acme%2Fshop/pipeline", { ref: "main" }))
      .body as {
      id: number;
    };
    bench.gitlab.clearRequests();
    const args = { project, pipelineId: id };
    const path = `GET /projects/acme%2Fshop/pipelines/${id}`;
    const wire = (await bench.gitlab.api("GET", `/projects/acme%2Fshop/pipelines/${id}/jobs`))
      .body as object[];
    bench.gitlab.clearRequests();
    const jobs = await gitlab.getPipelineJobs(args);
    expect(jobs.length).toBeGreaterThan(0);
    expect(Object.keys(jobs[0] ?? {})).toHaveLength(Object.keys(wire[0] ?? {}).length);
    expect(jobs[0]).toMatchObject({ pipeline: { id }, allowFailure: false });
    expect(await gitlab.getPipelineJobs({ ...args, scope: ["failed"], includeRetried: true })).toEqual([]);
    expect(bench.log()).toEqual([
      `${path}/jobs`,
      `${path}/jobs {"scope":["failed"],"include_retried":"true"}`,
    ]);

    bench.gitlab.clearRequests();
    bench.gitlab.fault({ path: "/trigger_jobs", status: 404, body: { error: "404 Not Found" }, times: 1 });
    expect(await gitlab.getPipelineTriggerJobs(args)).toEqual([]);
    expect(bench.log()).toEqual([`${path}/trigger_jobs`, `${path}/bridges`]);
    await expect(gitlab.getPipelineJobs({ ...args, scope: ["done" as "failed"] })).rejects.toThrow(
      "getPipelineJobs: scope must be a list of some of created,",
    );
  });
});

describe("protected environments", () => {
  it("reads and lists those of a group and of a project", async () => {
    const { world } = bench.gitlab;
    world.protect(
      "acme",
      "production",
      [{ role: "maintainer" }],
      [{ group: "acme/qa", requiredApprovals: 2 }],
    );
    world.protect(project, "review/7", [{ role: "developer" }]);
    const ofGroup = await gitlab.getGroupProtectedEnvironment({ group: "acme", name: "production" });
    expect(ofGroup).toMatchObject({
      name: "production",
      deployAccessLevels: [{ accessLevel: 40, userId: null, groupId: null, groupInheritanceType: 0 }],
      approvalRules: [{ requiredApprovals: 2 }],
      requiredApprovalCount: 0,
    });
    expect(await gitlab.getGroupProtectedEnvironments({ group: "acme" })).toEqual([ofGroup]);
    const ofProject = await gitlab.getProjectProtectedEnvironment({ project, name: "review/7" });
    expect(await gitlab.getProjectProtectedEnvironments({ project })).toEqual([ofProject]);
    expect(bench.log()).toEqual([
      "GET /groups/acme/protected_environments/production",
      "GET /groups/acme/protected_environments",
      "GET /projects/acme%2Fshop/protected_environments/review%2F7",
      "GET /projects/acme%2Fshop/protected_environments",
    ]);
  });
});

it("says how to set a token when there is none, before any request", async () => {
  delete process.env["GITLAB_TOKEN"];
  await expect(gitlab.getEnvironments({ project })).rejects.toThrow(/GITLAB_TOKEN.*gitlab:token/s);
  expect(bench.log()).toEqual([]);
});

it("asks the project what it is that refuses, as resources do", async () => {
  const { world } = bench.gitlab;
  world.switchOff("acme/api", "environments");
  await expect(gitlab.getEnvironments({ project: "acme/api" })).rejects.toThrow(
    /environments are switched off in acme\/api, and it refuses to everybody: Settings/,
  );
  world.addProject({ path: "acme/old" });
  const { id } = world.addEnvironment("acme/old", "production");
  world.archiveProject("acme/old");
  const refused = gitlab.stopEnvironment({ project: "acme/old", environmentId: id });
  await expect(refused).rejects.toThrow(/the project acme\/old is archived/);
  await expect(refused).rejects.toThrow(/^((?!An archived project, and one).)*$/s);
});

it("uses the connection it is told to", async () => {
  process.env["OTHER_TOKEN"] = bench.gitlab.tokenFor("rita");
  process.env["OTHER_BASE_URL"] = bench.gitlab.url;
  await expect(
    gitlab.getGroupProtectedEnvironments({ group: "acme", connection: "other" }),
  ).rejects.toSatisfy((error) => gitlab.isGitLabError(error, "forbidden"));
  expect(bench.gitlab.requests.map(({ user }) => user)).toEqual(["rita"]);
});
