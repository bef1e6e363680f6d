import type { WireAccessEntry, WireProtectedEnvironment } from "../gitlab/answer/types";
import { GroupInheritanceType, levelHeading, subjectIn } from "../lifecycle/access/subjects";
import { type ApprovalRule, type Readable, type RuleSet, type Subject, compare } from "./facts";

export interface Names {
  user(id: number): string;
  group(id: number): string;
}

export function entriesOf(protections: readonly WireProtectedEnvironment[]): WireAccessEntry[] {
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
  const { kind, value: id } = subjectIn(entry);
  const inherited = kind === "group" && entry.group_inheritance_type === GroupInheritanceType.All;
  return { kind, id, name: kind === "role" ? levelHeading(id) : names[kind](id), inherited };
}
