/** What both doors have in common: arguments, answers and constants. */
export type { DeploymentArgs } from "./resources/deployment";
export type { DeploymentApprovalArgs } from "./resources/deploymentApproval";
export type { EnvironmentArgs } from "./resources/environment";
export type { GroupProtectedEnvironmentArgs } from "./resources/groupProtectedEnvironment";
export type { PipelineArgs } from "./resources/pipeline";
export type { PipelineVariableArgs } from "./lifecycle/pipeline/variables";
export type { ProjectProtectedEnvironmentArgs } from "./resources/projectProtectedEnvironment";
export type {
  ApprovalRule,
  ApprovalRuleArgs,
  DeployAccessLevel,
  DeployAccessLevelArgs,
} from "./lifecycle/access/lists";
export { AccessLevel, GroupInheritanceType } from "./lifecycle/access/subjects";
export type { ReviewAppCleanupArgs } from "./resources/reviewAppCleanup";
export type { StaleEnvironmentsStopArgs } from "./resources/staleEnvironmentsStop";
export type { GetArgs, Triggers } from "./doors/kind";
export type { OutputArgs } from "./doors/program";
export { isGitLabError, type GitLabError, type GitLabErrorKind } from "./gitlab/answer/errors";
export type * from "./functions";
export type { DeploymentStatus } from "./lifecycle/deployment/status";
export type { ApprovalRecord, ApprovalRuleRecord, Approver } from "./lifecycle/deployment/approvals";
export type { CleanedUpEnvironment } from "./gitlab/reads/actions";
export type { Tier } from "./lifecycle/environment/tiers";
