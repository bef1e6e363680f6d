import { afterAll, beforeAll, expect, it } from "vitest";

import * as gitlab from "../../provider";

/** Nothing listens there: a refusal that is not ours would be a network error. */
const NOWHERE = "http://127.0.0.1:9";

beforeAll(() => {
  process.env["GITLAB_BASE_URL"] = NOWHERE;
  process.env["GITLAB_TOKEN"] = "glpat-not-a-real-token";
});
afterAll(() => {
  delete process.env["GITLAB_BASE_URL"];
  delete process.env["GITLAB_TOKEN"];
});

const project = "acme/shop";
const since = "2026-01-01";

it.each<[string, () => Promise<unknown>, string]>([
  [
    "a project without its group",
    () => gitlab.getEnvironments({ project: "shop" }),
    'getEnvironments: project must be an id or a full path with its group, such as acme/shop, got "shop".',
  ],
  [
    "name and search together",
    () => gitlab.getEnvironments({ project, name: "production", search: "prod" }),
    "getEnvironments: name cannot be combined with search: GitLab takes one of them.",
  ],
  [
    "a search of two characters",
    () => gitlab.getEnvironments({ project, search: "pr" }),
    "getEnvironments: search must have at least 3 characters.",
  ],
  [
    "an unknown state",
    () => gitlab.getEnvironments({ project, states: "gone" as "stopped" }),
    'getEnvironments: states must be one of available, stopping, stopped, got "gone".',
  ],
  [
    "an environment by id and name",
    () => gitlab.getEnvironment({ project, environmentId: 1, name: "production" }),
    "getEnvironment: environmentId or name is required, and not both of them.",
  ],
  [
    "an environment by neither",
    () => gitlab.getEnvironment({ project }),
    "getEnvironment: environmentId or name is required, and not both of them.",
  ],
  [
    "finishedAfter without its order",
    () => gitlab.getDeployments({ project, finishedAfter: since, status: "success" }),
    'getDeployments: finishedAfter needs orderBy: "finished_at" and status: "success".',
  ],
  [
    "finishedBefore without its status",
    () => gitlab.getDeployments({ project, finishedBefore: since, orderBy: "finished_at" }),
    'getDeployments: finishedBefore needs orderBy: "finished_at" and status: "success".',
  ],
  [
    "updatedBefore without its order",
    () => gitlab.getDeployments({ project, updatedBefore: since }),
    'getDeployments: updatedBefore needs orderBy: "updated_at".',
  ],
  [
    "two kinds of dates",
    () =>
      gitlab.getDeployments({ project, updatedAfter: since, finishedAfter: since, orderBy: "updated_at" }),
    "getDeployments: updatedAfter cannot be combined with finishedAfter.",
  ],
  [
    "the order by finish alone",
    () => gitlab.getDeployments({ project, orderBy: "finished_at", status: "running" }),
    'getDeployments: orderBy "finished_at" needs finishedAfter or finishedBefore, or a status of success, failed, canceled, skipped.',
  ],
  [
    "a date that is none",
    () => gitlab.getPipelines({ project, updatedAfter: "yesterday" }),
    'getPipelines: updatedAfter must be an ISO 8601 date, such as "2026-01-31" or "2026-01-31T12:00:00Z".',
  ],
  [
    "a limit of 0",
    () => gitlab.getPipelines({ project, limit: 0 }),
    "getPipelines: limit must be at least 1, got 0.",
  ],
  [
    "author by id and name among excluded merge requests",
    () =>
      gitlab.getDeploymentMergeRequests({
        project,
        deploymentId: 1,
        not: { authorId: 1, authorUsername: "dana" },
      }),
    "getDeploymentMergeRequests: not.authorId cannot be combined with authorUsername: GitLab takes one of them.",
  ],
  [
    "six approvers",
    () => gitlab.getDeploymentMergeRequests({ project, deploymentId: 1, approvedByIds: [1, 2, 3, 4, 5, 6] }),
    'getDeploymentMergeRequests: approvedByIds must be a list of 1 to 5 numeric ids, "None" or "Any".',
  ],
  [
    "a group's protected environment that is no tier",
    () => gitlab.getGroupProtectedEnvironment({ group: "acme", name: "live" as "production" }),
    'getGroupProtectedEnvironment: name must be one of production, staging, testing, development, other, got "live".',
  ],
  [
    "an id that is none",
    () => gitlab.cancelPipeline({ project, pipelineId: 1.5 }),
    "cancelPipeline: pipelineId must be a whole number, got 1.5.",
  ],
])("refuses %s before anything is sent", async (_what, call, message) => {
  await expect(call()).rejects.toThrow(message);
});

it("refuses a misspelt filter instead of listing everything", async () => {
  const args = { project, enviroment: "production" } as gitlab.GetDeploymentsArgs;
  await expect(gitlab.getDeployments(args)).rejects.toThrow("enviroment is not an argument");
});

it("names every wrong argument at once", async () => {
  const args = { project: "shop", limit: -1 };
  await expect(gitlab.getDeployments(args)).rejects.toThrow(/project must be[^]*\n.*limit must be/);
});
