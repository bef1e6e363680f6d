/** Pulumi resources for GitLab continuous delivery. */
export { Deployment } from "./doors/dynamic/deployment";
export type { DeploymentArgs } from "./resources/deployment";
export { DeploymentApproval } from "./doors/dynamic/deploymentApproval";
export type { DeploymentApprovalArgs } from "./resources/deploymentApproval";
export { Environment } from "./doors/dynamic/environment";
export type { EnvironmentArgs } from "./resources/environment";
export { GroupProtectedEnvironment } from "./doors/dynamic/groupProtectedEnvironment";
export type { GroupProtectedEnvironmentArgs } from "./resources/groupProtectedEnvironment";
export { Pipeline } from "./doors/dynamic/pipeline";
export type { PipelineArgs } from "./resources/pipeline";
export type { PipelineVariableArgs } from "./lifecycle/pipeline/variables";
export { ProjectProtectedEnvironment } from "./doors/dynamic/projectProtectedEnvironment";
export type { ProjectProtectedEnvironmentArgs } from "./resources/projectProtectedEnvironment";
export type {
  ApprovalRule,
  ApprovalRuleArgs,
  DeployAccessLevel,
  DeployAccessLevelArgs,
} from "./lifecycle/access/lists";
export { AccessLevel, GroupInheritanceType } from "./lifecycle/access/subjects";
export { ReviewAppCleanup } from "./doors/dynamic/reviewAppCleanup";
export type { ReviewAppCleanupArgs } from "./resources/reviewAppCleanup";
export { StaleEnvironmentsStop } from "./doors/dynamic/staleEnvironmentsStop";
export type { StaleEnvironmentsStopArgs } from "./resources/staleEnvironmentsStop";
export type { GetArgs, Triggers } from "./doors/dynamic/registration";
export { isGitLabError, type GitLabErrorKind } from "./gitlab/answer/errors";
export * from "./doors/dynamic/functions";
export type * from "./functions";
export type { DeploymentStatus } from "./lifecycle/deployment/status";
export type { ApprovalRecord, ApprovalRuleRecord, Approver } from "./lifecycle/deployment/approvals";
export type { CleanedUpEnvironment } from "./gitlab/reads/actions";
export type { Tier } from "./lifecycle/environment/tiers";
