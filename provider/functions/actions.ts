import {
  cleanUpReviewApps as cleanUp,
  type ReviewAppCleanupResult,
  staleDateFault,
  stopStaleEnvironments as stopStale,
} from "../gitlab/reads/actions";
import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import { identity, ownSetting } from "../fields/field";
import { date, integer } from "../fields/schema";
import { call, dateFilter, flagFilter, id, inProject } from "./arguments";
import { asking, type CallsOf } from "./call";
import type { EnvironmentInfo } from "./environmentInfo";
import type { PipelineDetails } from "./pipelineInfo";
import { DEPLOYMENT, type GetDeploymentArgs } from "./deployments";
import { type GetPipelineArgs, PIPELINE } from "./pipelines";

/**
 * Actions for scripts and for the Automation API. A Pulumi program runs in previews too, so an action called there acts in
 * previews: use the resources in programs.
 */

const ENVIRONMENT = {
  ...inProject,
  /** GitLab's numeric id. */
  environmentId: id,
  /** Stop without playing its `on_stop` jobs. Default: false. */
  force: flagFilter,
  ...call,
};

/** Which environment to stop. */
export interface StopEnvironmentArgs extends PlainArgsOf<typeof ENVIRONMENT> {}

const REVIEW_APPS = {
  ...inProject,
  /** Only environments created before it, ISO 8601. GitLab's default: 30 days ago. */
  before: dateFilter,
  /** At most so many, the oldest first: 1–1,000. GitLab's default: 100. */
  limit: ownSetting(integer(1, 1000)),
  /** Only say what would be deleted. Default: true. */
  dryRun: flagFilter,
  ...call,
};

/** Which stopped review apps to delete. */
export interface CleanUpReviewAppsArgs extends PlainArgsOf<typeof REVIEW_APPS> {}

const STALE = {
  ...inProject,
  /** Not changed and not deployed to since; ISO 8601, between 10 years and 1 week ago. */
  before: identity(date(), { required: true }),
  ...call,
};

/** Which environments count as stale. */
export interface StopStaleEnvironmentsArgs extends PlainArgsOf<typeof STALE> {}

export interface Actions {
  /** Runs the failed and canceled jobs of a pipeline again; where there are none nothing changes. Developer role. */
  retryPipeline(args: GetPipelineArgs): Promise<PipelineDetails>;
  /**
   * Cancels a pipeline. GitLab says yes in every state and cancels in the background: the answer may still say `running`.
   * Developer role.
   */
  cancelPipeline(args: GetPipelineArgs): Promise<PipelineDetails>;
  /** Deletes a pipeline with its jobs, logs and artifacts; child pipelines stay. Owner of the project. */
  deletePipeline(args: GetPipelineArgs): Promise<void>;
  /**
   * Deletes a deployment. GitLab refuses a running one and the one that its environment runs now. Maintainer role and, where the
   * environment is protected, the right to deploy.
   */
  deleteDeployment(args: GetDeploymentArgs): Promise<void>;
  /**
   * Stops an environment, which plays its `on_stop` jobs. While these run the answer says `stopping`. Whether an environment
   * that is stopped already can be stopped again depends on the GitLab version. Developer role and, where it is protected, the
   * right to deploy.
   */
  stopEnvironment(args: StopEnvironmentArgs): Promise<EnvironmentInfo>;
  /**
   * Schedules stopped environments named `review/…` for deletion a week later; by default it only says which. Nothing to clean
   * up is a success. Developer role.
   */
  cleanUpReviewApps(args: CleanUpReviewAppsArgs): Promise<ReviewAppCleanupResult>;
  /**
   * Asks GitLab to stop environments that nobody changed or deployed to since a date. It does so in the background and leaves
   * protected ones alone. Maintainer role.
   */
  stopStaleEnvironments(args: StopStaleEnvironmentsArgs): Promise<{ message: string }>;
}

export const actionCalls: CallsOf<Actions> = {
  retryPipeline: asking(PIPELINE, (client, { project, pipelineId }) =>
    client.post(api`/projects/${project}/pipelines/${pipelineId}/retry`),
  ),
  cancelPipeline: asking(PIPELINE, (client, { project, pipelineId }) =>
    client.post(api`/projects/${project}/pipelines/${pipelineId}/cancel`),
  ),
  deletePipeline: asking(PIPELINE, async (client, { project, pipelineId }) => {
    await client.delete(api`/projects/${project}/pipelines/${pipelineId}`);
  }),
  deleteDeployment: asking(DEPLOYMENT, async (client, { project, deploymentId }) => {
    await client.delete(api`/projects/${project}/deployments/${deploymentId}`);
  }),
  stopEnvironment: asking(ENVIRONMENT, (client, { project, environmentId, force }) =>
    client.post(
      api`/projects/${project}/environments/${environmentId}/stop`,
      force === undefined ? {} : { force },
    ),
  ),
  cleanUpReviewApps: asking(REVIEW_APPS, (client, inputs) => cleanUp(client, inputs)),
  stopStaleEnvironments: asking(STALE, (client, inputs) => stopStale(client, inputs), {
    rules: ({ before }) => {
      const reason = staleDateFault(before as string);
      return reason === undefined ? [] : [{ property: "before", reason }];
    },
  }),
};
