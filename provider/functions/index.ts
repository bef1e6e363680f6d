/** What programs may name of the data functions and actions. */
export type { CleanUpReviewAppsArgs, StopEnvironmentArgs, StopStaleEnvironmentsArgs } from "./actions";
export type { ReviewAppCleanupResult } from "../gitlab/reads/actions";
export type { CallArgs, ListArgs } from "./call";
export type * from "./deploymentInfo";
export type { GetDeploymentArgs, GetDeploymentsArgs } from "./deployments";
export type {
  EffectiveAccess,
  EffectiveApproval,
  EffectivePeople,
  GetEffectiveAccessArgs,
} from "./effectiveAccess";
export type * from "./environmentInfo";
export type { GetEnvironmentArgs, GetEnvironmentsArgs } from "./environments";
export type * from "./jobInfo";
export type * from "./mergeRequestInfo";
export type { GetDeploymentMergeRequestsArgs, MergeRequestNegatableFilters } from "./mergeRequests";
export type * from "./people";
export type * from "./pipelineInfo";
export type { GetPipelineJobsArgs, GetPipelineTriggerJobsArgs } from "./pipelineJobs";
export type { GetLatestPipelineArgs, GetPipelineArgs, GetPipelinesArgs } from "./pipelines";
export type * from "./protectedEnvironmentInfo";
export type {
  GetGroupProtectedEnvironmentArgs,
  GetGroupProtectedEnvironmentsArgs,
  GetProjectProtectedEnvironmentArgs,
  GetProjectProtectedEnvironmentsArgs,
} from "./protectedEnvironments";
export type { JobStatus, PipelineStatus } from "./statuses";
export type * from "./testReportInfo";
