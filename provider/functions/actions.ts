import {
  cleanUpReviewApps as cleanUp,
  type ReviewAppCleanupResult,
  type ReviewAppSelection,
  staleDateFault,
  type StaleEnvironmentsSelection,
  stopStaleEnvironments as stopStale,
} from "../gitlab/reads/actions";
import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import { identity, ownSetting } from "../fields/field";
import { date, integer } from "../fields/schema";
import { call, checkArgs, dateFilter, flagFilter, id, inProject } from "./arguments";
import { ask, type CallArgs } from "./call";
import type { EnvironmentInfo } from "./environmentInfo";
import type { PipelineDetails } from "./pipelineInfo";
import type { GetDeploymentArgs } from "./deployments";
import type { GetPipelineArgs } from "./pipelines";

/**
 * Actions for scripts and for the Automation API. A Pulumi program runs in previews too, so an action called there acts in
 * previews: use the resources in programs.
 */

/** Which stopped review apps to delete. */
export interface CleanUpReviewAppsArgs extends ReviewAppSelection, CallArgs {}

/** Which environments count as stale. */
export interface StopStaleEnvironmentsArgs extends StaleEnvironmentsSelection, CallArgs {}

const PIPELINE = {
  ...inProject,
  pipelineId: id,
  ...call,
};
const DEPLOYMENT = {
  ...inProject,
  deploymentId: id,
  ...call,
};
const ENVIRONMENT = {
  ...inProject,
  environmentId: id,
  /** Stop without playing its `on_stop` jobs. Default: false. */
  force: flagFilter,
  ...call,
};

/** Which environment to stop. */
export interface StopEnvironmentArgs extends PlainArgsOf<typeof ENVIRONMENT> {}

const REVIEW_APPS = {
  ...inProject,
  before: dateFilter,
  limit: ownSetting(integer(1, 1000)),
  dryRun: flagFilter,
  ...call,
};
const STALE = {
  ...inProject,
  before: identity(date(), { required: true }),
  ...call,
};

/** Runs the failed and canceled jobs of a pipeline again; where there are none nothing changes. Developer role. */
export async function retryPipeline(args: GetPipelineArgs): Promise<PipelineDetails> {
  const inputs = checkArgs("retryPipeline", PIPELINE, args);
  return ask(inputs, (client) =>
    client.post(api`/projects/${args.project}/pipelines/${args.pipelineId}/retry`),
  );
}

/**
 * Cancels a pipeline. GitLab says yes in every state and cancels in the background: the answer may still say `running`.
 * Developer role.
 */
export async function cancelPipeline(args: GetPipelineArgs): Promise<PipelineDetails> {
  const inputs = checkArgs("cancelPipeline", PIPELINE, args);
  return ask(inputs, (client) =>
    client.post(api`/projects/${args.project}/pipelines/${args.pipelineId}/cancel`),
  );
}

/** Deletes a pipeline with its jobs, logs and artifacts; child pipelines stay. Owner of the project. */
export async function deletePipeline(args: GetPipelineArgs): Promise<void> {
  const inputs = checkArgs("deletePipeline", PIPELINE, args);
  await ask(inputs, (client) => client.delete(api`/projects/${args.project}/pipelines/${args.pipelineId}`));
}

/** Deletes a deployment. GitLab refuses a running one and the one that its environment runs now. Maintainer role. */
export async function deleteDeployment(args: GetDeploymentArgs): Promise<void> {
  const inputs = checkArgs("deleteDeployment", DEPLOYMENT, args);
  await ask(inputs, (client) =>
    client.delete(api`/projects/${args.project}/deployments/${args.deploymentId}`),
  );
}

/**
 * Stops an environment, which plays its `on_stop` jobs. While these run the answer says `stopping`. Whether an environment
 * that is stopped already can be stopped again depends on the GitLab version. Developer role.
 */
export async function stopEnvironment(args: StopEnvironmentArgs): Promise<EnvironmentInfo> {
  const inputs = checkArgs("stopEnvironment", ENVIRONMENT, args);
  const body = args.force === undefined ? {} : { force: args.force };
  return ask(inputs, (client) =>
    client.post(api`/projects/${args.project}/environments/${args.environmentId}/stop`, body),
  );
}

/**
 * Schedules stopped environments named `review/…` for deletion a week later; by default it only says which. Nothing to clean
 * up is a success. Developer role.
 */
export async function cleanUpReviewApps(args: CleanUpReviewAppsArgs): Promise<ReviewAppCleanupResult> {
  const inputs = checkArgs("cleanUpReviewApps", REVIEW_APPS, args);
  return ask(inputs, (client) => cleanUp(client, inputs as unknown as ReviewAppSelection));
}

/**
 * Asks GitLab to stop environments that nobody changed or deployed to since a date. It does so in the background and leaves
 * protected ones alone. Maintainer role.
 */
export async function stopStaleEnvironments(args: StopStaleEnvironmentsArgs): Promise<{ message: string }> {
  const inputs = checkArgs("stopStaleEnvironments", STALE, args, ({ before }) => {
    const reason = staleDateFault(before as string);
    return reason === undefined ? [] : [{ property: "before", reason }];
  });
  return ask(inputs, (client) => stopStale(client, inputs as unknown as StaleEnvironmentsSelection));
}
