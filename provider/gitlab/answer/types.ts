import type * as shape from "./rows";
import type { RowOf } from "./shape";

/** GitLab's answers as they come over the wire (snake_case): the types of the shapes that are checked. */

export type WireEnvironment = RowOf<typeof shape.ENVIRONMENT>;
export type WireEnvironmentBasic = RowOf<typeof shape.ENVIRONMENT_BASIC>;
export type WireAccessEntry = RowOf<typeof shape.ACCESS_ENTRY>;
export type WireApprovalRule = RowOf<typeof shape.APPROVAL_RULE>;
export type WireProtectedEnvironment = RowOf<typeof shape.PROTECTION>;
export type WireUser = RowOf<typeof shape.USER>;
export type WireMember = RowOf<typeof shape.MEMBER>;
export type WireShare = RowOf<typeof shape.SHARE>;
export type WireProject = RowOf<typeof shape.PROJECT>;
export type WireGroup = RowOf<typeof shape.GROUP>;
export type WireDeployment = RowOf<typeof shape.DEPLOYMENT>;
export type WireDeploymentApproval = RowOf<typeof shape.APPROVAL>;
export type WireApprovalSummaryRule = RowOf<typeof shape.SUMMARY_RULE>;
export type WirePipeline = RowOf<typeof shape.PIPELINE>;
export type WirePipelineVariable = RowOf<typeof shape.VARIABLE>;
export type WireJob = RowOf<typeof shape.JOB>;
export type WireNote = RowOf<typeof shape.NOTE>;
export type WireBranch = RowOf<typeof shape.PROTECTED_BRANCH>;
export type WireReviewAppCleanup = RowOf<typeof shape.CLEANUP>;
