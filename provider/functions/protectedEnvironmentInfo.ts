/** A protected environment of a group or a project. https://docs.gitlab.com/api/group_protected_environments/ */
export interface ProtectedEnvironmentInfo {
  /** A tier in a group, the name of an environment in a project. */
  name: string;
  /** Who may deploy; the order says nothing. Empty where the last one left GitLab: then nobody but admins may. */
  deployAccessLevels: AccessLevelInfo[];
  /** Who must approve; the order says nothing. */
  approvalRules: ApprovalRuleInfo[];
  /** Approvals of the whole environment from before approval rules; 0 where there are none. */
  requiredApprovalCount: number;
}

/** Exactly one of `accessLevel`, `userId` and `groupId` is set; before GitLab 15.5 a level stood beside the others. */
export interface AccessLevelInfo {
  id: number;
  /** 30 Developer, 40 Maintainer, 60 Admin. */
  accessLevel: number | null;
  /** For people: the role, or the display name of the user or group. It follows renames. */
  accessLevelDescription: string | null;
  userId: number | null;
  groupId: number | null;
  /** 0: direct members of the group; 1: inherited ones too. */
  groupInheritanceType: number | null;
}

/** Who must approve, and how often. */
export interface ApprovalRuleInfo extends AccessLevelInfo {
  /** 1 to 5. */
  requiredApprovals: number;
}
