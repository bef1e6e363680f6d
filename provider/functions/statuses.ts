/** What a pipeline, or a job, can be in. https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
export const STATUSES = [
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

/** https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
export type PipelineStatus = (typeof STATUSES)[number];

/** https://docs.gitlab.com/api/jobs/#list-all-jobs-by-pipeline */
export type JobStatus = (typeof STATUSES)[number];
