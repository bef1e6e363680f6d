import type { AccessRow, ApprovalRuleRow, ProtectionRow } from "../model/rows";
import type { Store } from "../model/store";

/** https://docs.gitlab.com/api/group_protected_environments/ */
export function protection(store: Store, row: ProtectionRow) {
  return {
    name: row.name,
    deploy_access_levels: row.levels.map((level) => ({
      id: level.id,
      access_level: level.accessLevel,
      access_level_description: describeSubject(store, level),
      user_id: level.userId,
      group_id: level.groupId,
      group_inheritance_type: level.groupInheritanceType,
    })),
    required_approval_count: row.requiredApprovalCount,
    approval_rules: row.rules.map((rule) => approvalRule(store, rule)),
  };
}

export function approvalRule(store: Store, rule: ApprovalRuleRow) {
  return {
    id: rule.id,
    user_id: rule.userId,
    group_id: rule.groupId,
    access_level: rule.accessLevel,
    access_level_description: describeSubject(store, rule),
    required_approvals: rule.requiredApprovals,
    group_inheritance_type: rule.groupInheritanceType,
  };
}

/** Follows renames: a user's display name, a group's name, or the role; 20 and 60 have no words. */
export function describeSubject(store: Store, row: AccessRow): string | null {
  if (row.userId !== null) return store.users.get(row.userId)?.name ?? null;
  if (row.groupId !== null) return store.groups.get(row.groupId)?.name ?? null;
  if (row.accessLevel === 40) return "Maintainers";
  return row.accessLevel === 30 ? "Developers + Maintainers" : null;
}
