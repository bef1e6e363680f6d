import { AccessLevel, SENDABLE_LEVELS, subjectKey } from "./subjects";
import { type Entry } from "./entries";

/**
 * Who is contained in whom, and which rule meets which. GitLab compares roles with "at least", so developers include
 * maintainers, and those administrators; inherited members include the direct ones. A user or a group is contained only in
 * an entry for itself: who its members are, and with which role, is not known here.
 */

/** Administrators may deploy under every protection, so this entry lets in nobody else. */
export const ADMINISTRATORS: Entry = {
  kind: "role",
  value: AccessLevel.Admin,
  groupInheritanceType: 0,
  requiredApprovals: 1,
};

/** Whether everyone whom `inner` lets deploy may deploy by `outer` too. */
export function contains(outer: Entry, inner: Entry): boolean {
  if (subjectKey(inner) === subjectKey(ADMINISTRATORS)) return true;
  if (outer.kind === "role" && inner.kind === "role") {
    if (outer.value === inner.value) return true;
    const known = [outer, inner].every(({ value }) => SENDABLE_LEVELS.includes(value));
    return known && outer.value < inner.value;
  }
  if (subjectKey(outer) !== subjectKey(inner)) return false;
  return outer.kind === "user" || outer.groupInheritanceType >= inner.groupInheritanceType;
}

/** Whether a deployment that `held` lets pass has what `rule` asks for. Of the same subject: one approval counts for one rule. */
export function meets(held: Entry, rule: Entry): boolean {
  return (
    subjectKey(held) === subjectKey(rule) &&
    held.requiredApprovals >= rule.requiredApprovals &&
    (held.kind !== "group" || held.groupInheritanceType <= rule.groupInheritanceType)
  );
}

/** As strict as both of two forms of one rule: the higher count, the fewer members. */
export function stricter<E extends Entry>(a: E, b: Entry): E {
  return {
    ...a,
    requiredApprovals: Math.max(a.requiredApprovals, b.requiredApprovals),
    groupInheritanceType: Math.min(a.groupInheritanceType, b.groupInheritanceType),
  };
}

/** Whether two entries for the same subject say the same. */
export function agree(a: Entry, b: Entry): boolean {
  return a.requiredApprovals === b.requiredApprovals && a.groupInheritanceType === b.groupInheritanceType;
}
