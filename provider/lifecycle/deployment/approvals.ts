import type { WireApprovalSummaryRule, WireDeploymentApproval } from "../../gitlab/answer/types";
import { FIELD_OF, subjectIn } from "../access/subjects";

/** Who decided, in the few facts that last. */
export interface Approver {
  /** GitLab's numeric id of the user. */
  id: number;
  username: string;
}

/** One person's decision about a deployment. */
export interface ApprovalRecord {
  user: Approver;
  status: "approved" | "rejected";
  /** ISO 8601. */
  createdAt: string;
  /** Absent where none was given. */
  comment?: string;
}

/** An approval rule that applies to a deployment, with the decisions taken under it. Exactly one of the first three is there. */
export interface ApprovalRuleRecord {
  /** Everyone with at least this role. */
  accessLevel?: number;
  userId?: number;
  groupId?: number;
  /** GitLab's numeric id of the rule. */
  id: number;
  /** 1 to 5. */
  requiredApprovals: number;
  deploymentApprovals: ApprovalRecord[];
}

export function approvalRecord(wire: WireDeploymentApproval): ApprovalRecord {
  return {
    user: { id: wire.user.id, username: wire.user.username },
    status: wire.status as ApprovalRecord["status"],
    createdAt: wire.created_at!,
    ...(wire.comment ? { comment: wire.comment } : {}),
  };
}

export function approvalRuleRecord(wire: WireApprovalSummaryRule): ApprovalRuleRecord {
  const { kind, value } = subjectIn(wire);
  return {
    [FIELD_OF[kind]]: value,
    id: wire.id,
    requiredApprovals: wire.required_approvals,
    deploymentApprovals: wire.deployment_approvals.map(approvalRecord),
  };
}
