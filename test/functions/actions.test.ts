import { expect, it } from "vitest";

import * as gitlab from "../../provider";
import { functionBench } from "./bench";

const bench = functionBench();
const project = "acme/shop";
const HOUR_MS = 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * HOUR_MS).toISOString();

it("retries, cancels and deletes a pipeline", async () => {
  const { id } = bench.gitlab.world.addPipeline(project, { status: "failed" });
  const retried = await gitlab.retryPipeline({ project, pipelineId: id });
  expect(retried).toMatchObject({ id, webUrl: expect.any(String) as unknown });
  expect(await gitlab.cancelPipeline({ project, pipelineId: id })).toMatchObject({ id });
  expect(await gitlab.deletePipeline({ project, pipelineId: id })).toBeUndefined();
  expect(bench.log()).toEqual([
    `POST /projects/acme%2Fshop/pipelines/${id}/retry`,
    `POST /projects/acme%2Fshop/pipelines/${id}/cancel`,
    `DELETE /projects/acme%2Fshop/pipelines/${id}`,
  ]);
});

it("deletes an old deployment; passes on why the current one stays", async () => {
  const old = bench.gitlab.world.addCiDeployment(project, { environment: "production" });
  const current = bench.gitlab.world.addCiDeployment(project, { environment: "production" });
  await gitlab.deleteDeployment({ project, deploymentId: old.id });
  await expect(gitlab.deleteDeployment({ project, deploymentId: current.id })).rejects.toThrow(
    "currently deployed",
  );
  expect(bench.gitlab.world.deployments(project).map(({ id }) => id)).toEqual([current.id]);
});

it("stops an environment, by force where asked", async () => {
  const { id } = bench.gitlab.world.addEnvironment(project, "review/x");
  expect(await gitlab.stopEnvironment({ project, environmentId: id, force: true })).toMatchObject({
    id,
    state: "stopped",
  });
  expect(bench.log()).toEqual([`POST /projects/acme%2Fshop/environments/${id}/stop {"force":true}`]);
});

it("cleans up review apps: dry unless told otherwise, and nothing to do is no error", async () => {
  const nothing = { scheduledEntries: [], unprocessableEntries: [] };
  expect(await gitlab.cleanUpReviewApps({ project })).toEqual(nothing);
  const found = await gitlab.cleanUpReviewApps({ project, before: daysAgo(-1), limit: 5, dryRun: false });
  expect(found.scheduledEntries.map(({ name }) => name)).toEqual(["review/x"]);
  expect(bench.gitlab.requests.map(({ query }) => query["dry_run"])).toEqual(["true", "false"]);
});

it("schedules no review app where one is not the user's to delete", async () => {
  const { world } = bench.gitlab;
  const [open, shut] = ["review/open", "review/shut"].map((name) => world.addEnvironment(project, name));
  for (const { id } of [open!, shut!]) await gitlab.stopEnvironment({ project, environmentId: id });
  world.protect(project, "review/shut", [{ role: "maintainer" }]);
  process.env["GITLAB_TOKEN"] = bench.gitlab.tokenFor("devon");
  await expect(
    gitlab.cleanUpReviewApps({ project, before: daysAgo(-1), dryRun: false }),
  ).rejects.toMatchObject({ kind: "invalid", status: 400 });
  expect([open, shut].map((row) => row?.deleteAt)).toEqual([null, null]);
});

it("stops stale environments, and refuses a date that GitLab would", async () => {
  expect(await gitlab.stopStaleEnvironments({ project, before: daysAgo(30) })).toEqual({
    message: "Successfully scheduled stale environments to stop",
  });
  bench.gitlab.clearRequests();
  await expect(gitlab.stopStaleEnvironments({ project, before: daysAgo(1) })).rejects.toThrow(
    "stopStaleEnvironments: before must be at most 10 years and at least 1 week ago",
  );
  expect(bench.log()).toEqual([]);
});
