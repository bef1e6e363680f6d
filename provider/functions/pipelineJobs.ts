import { isGitLabError } from "../gitlab/answer/errors";
import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import type { InputsOf, PlainArgsOf } from "../fields/types";
import { enumsFilter, flagFilter, id, inProject, list, queryOf } from "./arguments";
import { asking, type CallsOf, many } from "./call";
import { STATUSES } from "./statuses";
import type { JobInfo, TriggerJobInfo } from "./jobInfo";

const BRIDGES = {
  ...inProject,
  /** GitLab's `id` of the pipeline, not its `iid`. */
  pipelineId: id,
  /** Only in these states. Default: in any. */
  scope: enumsFilter(...STATUSES),
  ...list,
};

/** Which jobs of a pipeline that start other pipelines. */
export interface GetPipelineTriggerJobsArgs extends PlainArgsOf<typeof BRIDGES> {}

const JOBS = {
  ...BRIDGES,
  /** Also those that were run again. Default: false. */
  includeRetried: flagFilter,
};

/** Which jobs of a pipeline. */
export interface GetPipelineJobsArgs extends PlainArgsOf<typeof JOBS> {}

export interface JobFunctions {
  /** The jobs of a pipeline, the newest first, without those that start other pipelines. https://docs.gitlab.com/api/jobs/ */
  getPipelineJobs(args: GetPipelineJobsArgs): Promise<JobInfo[]>;
  /**
   * The jobs of a pipeline that start other pipelines, each with the one it started. Asks for `trigger_jobs`, and for `bridges`
   * where GitLab is older than 19.2. https://docs.gitlab.com/api/jobs/
   */
  getPipelineTriggerJobs(args: GetPipelineTriggerJobsArgs): Promise<TriggerJobInfo[]>;
}

export const jobCalls: CallsOf<JobFunctions> = {
  getPipelineJobs: many(
    "jobs",
    JOBS,
    ({ project, pipelineId }) => api`/projects/${project}/pipelines/${pipelineId}/jobs`,
  ),
  getPipelineTriggerJobs: asking(BRIDGES, readTriggerJobs, { list: "jobs" }),
};

async function readTriggerJobs(client: GitLabClient, inputs: InputsOf<typeof BRIDGES>): Promise<unknown> {
  const { project, pipelineId, limit } = inputs;
  const query = queryOf(BRIDGES, { ...inputs });
  try {
    return await client.list(api`/projects/${project}/pipelines/${pipelineId}/trigger_jobs`, query, limit);
  } catch (error) {
    if (!isGitLabError(error, "not-found")) throw error;
    return client.list(api`/projects/${project}/pipelines/${pipelineId}/bridges`, query, limit);
  }
}
