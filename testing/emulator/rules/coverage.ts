import { holds, groupLevel, directLevel, asRef } from "../model/access";
import type {
  AccessRow,
  ApprovalRuleRow,
  ContainerRef,
  EnvironmentRow,
  ProtectionRow,
  UserRow,
} from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { ancestry, groupOf } from "../model/tree";

/** What decides which protections cover an environment; it need not exist yet. */
export type Covered = Pick<EnvironmentRow, "projectId" | "name" | "tier">;

/** The project's rule for the name and every ancestor group's rule for the tier; none without a licence. */
export function protectionsOf(store: Store, environment: Covered): ProtectionRow[] {
  if (!store.switches.licensed || store.switches.edition === "ce") return [];
  const project = store.projects.get(environment.projectId);
  if (project === undefined) return [];
  const groups = ancestry(store, groupOf(store, project)).map((group) => asRef("group", group));
  return [
    find(store, asRef("project", project), environment.name),
    ...groups.map((group) => find(store, group, environment.tier)),
  ].filter((protection) => protection !== undefined);
}

function find(store: Store, container: ContainerRef, name: string): ProtectionRow | undefined {
  return store.protections.find("name", `${keyOf(container)}/${name}`);
}

/** Every protection has to let the user through; administrators always pass. */
export function mayDeploy(store: Store, user: UserRow, environment: Covered): boolean {
  return (
    user.admin ||
    protectionsOf(store, environment).every((protection) =>
      protection.levels.some((level) => names(store, level, protection.container, user)),
    )
  );
}

/**
 * Whether this entry of a protection means this user. Administrators are meant by every entry; "all" members of a group
 * are those with any role in it, by inheritance or by a group that it is shared with (`Group#member?`).
 */
export function names(store: Store, entry: AccessRow, container: ContainerRef, user: UserRow): boolean {
  if (user.admin) return true;
  if (entry.userId !== null) return entry.userId === user.id;
  if (entry.groupId !== null) {
    const group = store.groups.get(entry.groupId);
    if (group === undefined) return false;
    const level =
      entry.groupInheritanceType === 1
        ? groupLevel(store, user.id, group)
        : directLevel(store, user.id, asRef("group", group));
    return level > 0;
  }
  return entry.accessLevel !== null && holds(store, user, container, entry.accessLevel);
}

/** The approval rules of all protections add up. */
export function approvalRulesOf(
  store: Store,
  environment: Covered,
): { rule: ApprovalRuleRow; protection: ProtectionRow }[] {
  return protectionsOf(store, environment).flatMap((protection) =>
    protection.rules.map((rule) => ({ rule, protection })),
  );
}

/** How many approvals the environment asks for, and whether this user may give one. */
export function approvalRight(store: Store, user: UserRow, environment: Covered) {
  const rules = approvalRulesOf(store, environment);
  const mine = rules.filter(({ rule, protection }) => names(store, rule, protection.container, user));
  const byRules = rules.length > 0;
  return {
    required: byRules
      ? rules.reduce((sum, { rule }) => sum + rule.requiredApprovals, 0)
      : legacyCountOf(store, environment),
    /** With rules whoever one of them names, without whoever may deploy. */
    allowed: byRules ? mine.length > 0 : mayDeploy(store, user, environment),
    byRules,
    mine,
  };
}

/** The dead whole-environment count counts only where there are no rules: the largest one, not the sum. */
export function legacyCountOf(store: Store, environment: Covered): number {
  return Math.max(0, ...protectionsOf(store, environment).map((each) => each.requiredApprovalCount));
}
