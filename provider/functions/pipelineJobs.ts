import { isGitLabError } from "../gitlab/answer/errors";
import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import { checkArgs, enumsFilter, flagFilter, id, inProject, list, queryOf } from "./arguments";
import { ask, getList, outputForm } from "./call";
import type { JobInfo, TriggerJobInfo } from "./jobInfo";

/** https://docs.gitlab.com/api/jobs/#list-all-jobs-by-pipeline */
export type JobStatus = (typeof STATUSES)[number];

const STATUSES = [
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
] as const;

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

/** The jobs of a pipeline, the newest first, without those that start other pipelines. https://docs.gitlab.com/api/jobs/ */
export async function getPipelineJobs(args: GetPipelineJobsArgs): Promise<JobInfo[]> {
  const inputs = checkArgs("getPipelineJobs", JOBS, args);
  return getList(JOBS, inputs, api`/projects/${args.project}/pipelines/${args.pipelineId}/jobs`);
}
/** `getPipelineJobs` for arguments that come from resources. */
export const getPipelineJobsOutput = outputForm(getPipelineJobs);

/**
 * The jobs of a pipeline that start other pipelines, each with the one it started. Asks for `trigger_jobs`, and for `bridges`
 * where GitLab is older than 19.2. https://docs.gitlab.com/api/jobs/
 */
export async function getPipelineTriggerJobs(args: GetPipelineTriggerJobsArgs): Promise<TriggerJobInfo[]> {
  const inputs = checkArgs("getPipelineTriggerJobs", BRIDGES, args);
  const query = queryOf(BRIDGES, inputs);
  return ask(inputs, async (client) => {
    try {
      const path = api`/projects/${args.project}/pipelines/${args.pipelineId}/trigger_jobs`;
      return await client.list(path, query, args.limit);
    } catch (error) {
      if (!isGitLabError(error, "not-found")) throw error;
      const path = api`/projects/${args.project}/pipelines/${args.pipelineId}/bridges`;
      return client.list(path, query, args.limit);
    }
  });
}
/** `getPipelineTriggerJobs` for arguments that come from resources. */
export const getPipelineTriggerJobsOutput = outputForm(getPipelineTriggerJobs);
