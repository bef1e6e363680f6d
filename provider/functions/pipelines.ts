import * as pulumi from "@pulumi/pulumi";

import { GitLabError, isGitLabError } from "../gitlab/answer/errors";
import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import {
  call,
  checkArgs,
  dateFilter,
  enumFilter,
  flagFilter,
  id,
  inProject,
  list,
  textFilter,
} from "./arguments";
import { ask, getList, getOne, type OutputArgs, outputForm } from "./call";
import type { PipelineDetails, PipelineInfo, PipelineVariableInfo } from "./pipelineInfo";

/** https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
export type PipelineStatus =
  | "created"
  | "waiting_for_resource"
  | "preparing"
  | "waiting_for_callback"
  | "pending"
  | "running"
  | "success"
  | "failed"
  | "canceling"
  | "canceled"
  | "skipped"
  | "manual"
  | "scheduled";

const STATUSES: readonly PipelineStatus[] = [
  "created",
  "waiting_for_resource",
  "preparing",
  "waiting_for_callback",
  "pending",
  "running",
  "success",
  "failed",
  "canceling",
  "canceled",
  "skipped",
  "manual",
  "scheduled",
];

const ONE = {
  ...inProject,
  /** GitLab's `id` of the pipeline, not its `iid`. */
  pipelineId: id,
  ...call,
};

/** Which pipeline. */
export interface GetPipelineArgs extends PlainArgsOf<typeof ONE> {}

const LATEST = {
  ...inProject,
  /** Default: the default branch. */
  ref: textFilter,
  ...call,
};

/** The latest pipeline of which branch or tag. */
export interface GetLatestPipelineArgs extends PlainArgsOf<typeof LATEST> {}

const MANY = {
  ...inProject,
  /** `branches` and `tags`: only the newest pipeline of each that still exists. */
  scope: enumFilter("running", "pending", "finished", "branches", "tags"),
  status: enumFilter(...STATUSES),
  // GitLab adds sources with many releases; an unknown one is its to refuse.
  /** What started it: `push`, `web`, `schedule`, `api`, … `parent_pipeline` asks for child pipelines. */
  source: textFilter,
  ref: textFilter,
  sha: textFilter,
  /** Whether its YAML was wrong. */
  yamlErrors: flagFilter,
  /** Of the user who triggered it. */
  username: textFilter,
  updatedAfter: dateFilter,
  updatedBefore: dateFilter,
  createdAfter: dateFilter,
  createdBefore: dateFilter,
  /** Exact name. */
  name: textFilter,
  /** Default: `id`. */
  orderBy: enumFilter("id", "status", "ref", "updated_at", "user_id"),
  /** Default: `desc`. */
  sort: enumFilter("asc", "desc"),
  ...list,
};

/** Which pipelines of a project; without filters all but child pipelines, the newest first. Times are ISO 8601. */
export interface GetPipelinesArgs extends PlainArgsOf<typeof MANY> {}

/** One pipeline. https://docs.gitlab.com/api/pipelines/ */
export async function getPipeline(args: GetPipelineArgs): Promise<PipelineDetails> {
  const inputs = checkArgs("getPipeline", ONE, args);
  return getOne(inputs, api`/projects/${args.project}/pipelines/${args.pipelineId}`);
}
/** `getPipeline` for arguments that come from resources. */
export const getPipelineOutput = outputForm(getPipeline);

/** The pipelines of a project. https://docs.gitlab.com/api/pipelines/ */
export async function getPipelines(args: GetPipelinesArgs): Promise<PipelineInfo[]> {
  const inputs = checkArgs("getPipelines", MANY, args);
  return getList(MANY, inputs, api`/projects/${args.project}/pipelines`);
}
/** `getPipelines` for arguments that come from resources. */
export const getPipelinesOutput = outputForm(getPipelines);

/**
 * The latest pipeline of the newest commit of a branch or tag. Where that commit has none, GitLab answers 403, not 404:
 * the error says so. https://docs.gitlab.com/api/pipelines/
 */
export async function getLatestPipeline(args: GetLatestPipelineArgs): Promise<PipelineDetails> {
  const inputs = checkArgs("getLatestPipeline", LATEST, args);
  const query = args.ref === undefined ? {} : { ref: args.ref };
  return ask(inputs, async (client) => {
    try {
      return await client.get(api`/projects/${args.project}/pipelines/latest`, query);
    } catch (error) {
      throw isGitLabError(error, "forbidden") ? noPipeline(error, args) : error;
    }
  });
}
/** `getLatestPipeline` for arguments that come from resources. */
export const getLatestPipelineOutput = outputForm(getLatestPipeline);

/** https://gitlab.com/gitlab-org/gitlab/-/issues/428343 */
function noPipeline(error: GitLabError, { project, ref }: GetLatestPipelineArgs): GitLabError {
  const where = ref === undefined ? "the default branch" : ref;
  const words = error.details.sentences.join("; ");
  return new GitLabError(
    `getLatestPipeline: GitLab answered 403${words === "" ? "" : ` (${words})`} for ${where} of ${project}, its answer both to a ` +
      `missing right and to a newest commit without a pipeline.`,
    {
      kind: "forbidden",
      status: 403,
      details: error.details,
      hint:
        `Check that ${where} exists and that its newest commit ran a pipeline (getPipelines({ ref }) shows older ones), ` +
        `then that the token may read pipelines.${error.hint === undefined ? "" : ` ${error.hint}`}`,
    },
  );
}

/**
 * The variables that a pipeline was started with. They may hold secrets: prefer `getPipelineVariablesOutput`, whose result is
 * secret. Maintainer role, or the developer who started it. https://docs.gitlab.com/api/pipelines/
 */
export async function getPipelineVariables(args: GetPipelineArgs): Promise<PipelineVariableInfo[]> {
  const inputs = checkArgs("getPipelineVariables", ONE, args);
  return ask(inputs, (client) =>
    client.get(api`/projects/${args.project}/pipelines/${args.pipelineId}/variables`),
  );
}

const variablesOutput = outputForm(getPipelineVariables);

/** `getPipelineVariables` as a secret: encrypted in state, hidden in output. */
export function getPipelineVariablesOutput(
  args: OutputArgs<GetPipelineArgs>,
): pulumi.Output<PipelineVariableInfo[]> {
  return pulumi.secret(variablesOutput(args));
}
