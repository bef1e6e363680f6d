import type { AccessRow, ApprovalRuleRow, ProtectionRow } from "../model/rows";
import type { Store } from "../model/store";

/** https://docs.gitlab.com/api/group_protected_environments/ */
export function protection(store: Store, row: ProtectionRow) {
  return {
    name: row.name,
    deploy_access_levels: row.levels.map((level) => ({
      ...idOf(store, level),
      access_level: levelOf(store, level),
      access_level_description: describeSubject(store, level),
      user_id: level.userId,
      group_id: level.groupId,
      group_inheritance_type: level.groupInheritanceType,
    })),
    required_approval_count: row.requiredApprovalCount,
    ...(store.switches.approvalRules && {
      approval_rules: row.rules.map((rule) => approvalRule(store, rule)),
    }),
  } as ShownProtection;
}

/** As the newest version shows it; older ones leave out ids and rules. */
export interface ShownProtection {
  name: string;
  deploy_access_levels: ShownEntry[];
  required_approval_count: number;
  approval_rules: (ShownEntry & { required_approvals: number })[];
}

interface ShownEntry {
  id: number;
  access_level: number | null;
  access_level_description: string | null;
  user_id: number | null;
  group_id: number | null;
  group_inheritance_type: number;
}

const idOf = (store: Store, row: AccessRow) => (store.switches.protectionUpdates ? { id: row.id } : {});

function levelOf(store: Store, row: AccessRow): number | null {
  return store.switches.levelBesideSubject ? (row.accessLevel ?? 40) : row.accessLevel;
}

export function approvalRule(store: Store, rule: ApprovalRuleRow) {
  return {
    ...idOf(store, rule),
    user_id: rule.userId,
    group_id: rule.groupId,
    access_level: levelOf(store, rule),
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
