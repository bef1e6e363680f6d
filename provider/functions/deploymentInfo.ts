import type { EnvironmentSummary, LastDeployment } from "./environmentInfo";
import type { UserInfo } from "./people";
import type { ApprovalRuleInfo } from "./protectedEnvironmentInfo";

/** A deployment, as lists answer it. https://docs.gitlab.com/api/deployments/ */
export interface DeploymentInfo extends LastDeployment {
  environment: EnvironmentSummary;
}

/** A deployment with its approvals. The next three need GitLab Premium. */
export interface DeploymentDetails extends DeploymentInfo {
  /** How many approvals are still missing; older GitLab: only while it is `blocked`. */
  pendingApprovalCount?: number;
  /** The decisions taken so far. */
  approvals?: DeploymentApprovalInfo[];
  /** The approval rules of its environment and who decided under each of them. */
  approvalSummary?: { rules: ApprovalSummaryRule[] };
}

/** One person's decision. Its time is ISO 8601. */
export interface DeploymentApprovalInfo {
  user: UserInfo;
  /** `approved` or `rejected`. */
  status: string;
  createdAt: string;
  comment: string | null;
}

/** An approval rule and what was decided under it. */
export interface ApprovalSummaryRule extends ApprovalRuleInfo {
  deploymentApprovals: DeploymentApprovalInfo[];
}
