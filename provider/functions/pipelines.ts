import { GitLabError, isGitLabError } from "../gitlab/answer/errors";
import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import type { InputsOf, PlainArgsOf } from "../fields/types";
import { call, dateFilter, enumFilter, flagFilter, id, inProject, list, textFilter } from "./arguments";
import { asking, type CallsOf, many, one } from "./call";
import { STATUSES } from "./statuses";
import type { PipelineDetails, PipelineInfo, PipelineVariableInfo } from "./pipelineInfo";

/** What names one pipeline. */
export const PIPELINE = {
  ...inProject,
  /** GitLab's `id` of the pipeline, not its `iid`. */
  pipelineId: id,
  ...call,
};

/** Which pipeline. */
export interface GetPipelineArgs extends PlainArgsOf<typeof PIPELINE> {}

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

export interface PipelineFunctions {
  /** One pipeline. https://docs.gitlab.com/api/pipelines/ */
  getPipeline(args: GetPipelineArgs): Promise<PipelineDetails>;
  /** The pipelines of a project. https://docs.gitlab.com/api/pipelines/ */
  getPipelines(args: GetPipelinesArgs): Promise<PipelineInfo[]>;
  /**
   * The latest pipeline of the newest commit of a branch or tag. Where that commit has none, GitLab answers 403, not 404:
   * the error says so. https://docs.gitlab.com/api/pipelines/
   */
  getLatestPipeline(args: GetLatestPipelineArgs): Promise<PipelineDetails>;
  /**
   * The variables that a pipeline was started with. They may hold secrets: prefer `getPipelineVariablesOutput`, whose result is
   * secret. Maintainer role, or the developer who started it. https://docs.gitlab.com/api/pipelines/
   */
  getPipelineVariables(args: GetPipelineArgs): Promise<PipelineVariableInfo[]>;
}

export const pipelineCalls: CallsOf<PipelineFunctions> = {
  getPipeline: one(PIPELINE, ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}`),
  getPipelines: many("pipelines", MANY, ({ project }) => api`/projects/${project}/pipelines`),
  getLatestPipeline: asking(LATEST, readLatest),
  getPipelineVariables: asking(
    PIPELINE,
    (client, { project, pipelineId }) =>
      client.get(api`/projects/${project}/pipelines/${pipelineId}/variables`),
    { list: "variables", secret: true },
  ),
};

async function readLatest(client: GitLabClient, inputs: InputsOf<typeof LATEST>): Promise<unknown> {
  const { project, ref } = inputs;
  try {
    return await client.get(api`/projects/${project}/pipelines/latest`, ref === undefined ? {} : { ref });
  } catch (error) {
    throw isGitLabError(error, "forbidden") ? noPipeline(error, inputs) : error;
  }
}

/** https://gitlab.com/gitlab-org/gitlab/-/issues/428343 */
function noPipeline(error: GitLabError, { project, ref }: InputsOf<typeof LATEST>): GitLabError {
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
