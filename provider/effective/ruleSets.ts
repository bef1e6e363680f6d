import type { WireAccessEntry, WireProtectedEnvironment } from "../gitlab/answer/types";
import type { ApprovalRule, Readable, RuleSet, Subject } from "./facts";
import { compare } from "./facts";

const ROLES: Readonly<Record<number, string>> = {
  0: "No one",
  20: "Reporters and above",
  30: "Developers and above",
  40: "Maintainers and above",
  50: "Owners",
  60: "Administrators only",
};

/** How people call those with at least this role. */
export function roleWords(level: number): string {
  return ROLES[level] ?? `access level ${level}`;
}

/** Names of users and groups by id. */
export interface Names {
  user(id: number): string;
  group(id: number): string;
}

export type Protections = readonly WireProtectedEnvironment[];

/** Every entry of these protections. */
export function entriesOf(protections: Protections): WireAccessEntry[] {
  return protections.flatMap((each) => [...each.deploy_access_levels, ...(each.approval_rules ?? [])]);
}

export function ruleSetsOf(
  protections: Readable<WireProtectedEnvironment>,
  level: RuleSet["level"],
  container: string,
  names: Names,
): Readable<RuleSet> {
  if ("refused" in protections) return protections;
  const items = protections.items.map((wire): RuleSet => ({
    level,
    container,
    name: wire.name,
    deploy: wire.deploy_access_levels.map((entry) => subjectOf(entry, names)).sort(bySubject),
    approvals: (wire.approval_rules ?? [])
      .map((rule): ApprovalRule => ({ ...subjectOf(rule, names), required: rule.required_approvals }))
      .sort(bySubject),
    legacyCount: wire.required_approval_count ?? 0,
  }));
  return { items };
}

function bySubject(a: Subject, b: Subject): number {
  return compare(a.kind + a.name, b.kind + b.name);
}

function subjectOf(entry: WireAccessEntry, names: Names): Subject {
  const inherited = entry.group_inheritance_type === 1;
  if (entry.user_id != null)
    return { kind: "user", id: entry.user_id, name: names.user(entry.user_id), inherited: false };
  if (entry.group_id != null)
    return { kind: "group", id: entry.group_id, name: names.group(entry.group_id), inherited };
  const level = entry.access_level ?? 0;
  return { kind: "role", id: level, name: roleWords(level), inherited: false };
}
