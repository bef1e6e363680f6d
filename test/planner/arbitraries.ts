import fc from "fast-check";
import type {
  Entry,
  EntryLists,
  LiveEntry,
  SubjectKind,
} from "../../provider/lifecycle/access/accessEntries";
import { subjectKey } from "../../provider/lifecycle/access/accessEntries";
import type { Row, Rules } from "./nestedAttributes";

const id = fc.integer({ min: 1, max: 5 });
const subject = (levels: number[]) =>
  fc.oneof(
    fc.record({ kind: fc.constant<SubjectKind>("accessLevel"), value: fc.constantFrom(...levels) }),
    fc.record({ kind: fc.constant<SubjectKind>("user"), value: id }),
    fc.record({ kind: fc.constant<SubjectKind>("group"), value: id }),
  );

const entry = (levels: number[], counted: boolean): fc.Arbitrary<Entry> =>
  fc
    .tuple(subject(levels), fc.constantFrom(0, 1), counted ? fc.integer({ min: 1, max: 5 }) : fc.constant(1))
    .map(([who, groupInheritanceType, count]) => ({
      ...who,
      groupInheritanceType,
      requiredApprovals: who.kind === "user" ? 1 : count,
    }));

const wantedList = (minLength: number, counted: boolean) =>
  fc.uniqueArray(entry([30, 40, 60], counted), { minLength, maxLength: 6, selector: subjectKey });

/** Live lists may hold the same subject twice, and levels that can no longer be declared. */
const liveList = (firstId: number, counted: boolean) =>
  fc
    .array(entry([0, 20, 30, 40, 60], counted), { maxLength: 6 })
    .map((entries) => entries.map((one, i): LiveEntry => ({ ...one, id: firstId + i })));

export const wanted: fc.Arbitrary<EntryLists<Entry>> = fc.record({
  deployAccessLevels: wantedList(1, false),
  approvalRules: wantedList(0, true),
});

export const live: fc.Arbitrary<EntryLists<LiveEntry>> = fc.record({
  deployAccessLevels: liveList(1, false),
  approvalRules: liveList(101, true),
});

export const subjectKeys = fc.constantFrom<Rules["subjectKeys"]>("one", "any", "none");

/** Users and groups that GitLab silently drops. */
export const unqualified = fc.record({
  user: fc.uniqueArray(id, { maxLength: 5 }),
  group: fc.uniqueArray(id, { maxLength: 5 }),
});

export function toRow(entry: LiveEntry): Row {
  return {
    id: entry.id,
    access_level: entry.kind === "accessLevel" ? entry.value : null,
    user_id: entry.kind === "user" ? entry.value : null,
    group_id: entry.kind === "group" ? entry.value : null,
    group_inheritance_type: entry.groupInheritanceType,
    required_approvals: entry.requiredApprovals,
  };
}

export function fromRow(row: Row): LiveEntry {
  const kind: SubjectKind = row.user_id !== null ? "user" : row.group_id !== null ? "group" : "accessLevel";
  return {
    id: row.id,
    kind,
    value: row.user_id ?? row.group_id ?? row.access_level ?? 0,
    groupInheritanceType: row.group_inheritance_type,
    requiredApprovals: row.required_approvals,
  };
}

/** The most that is required of each subject. */
export function required(rules: readonly Entry[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const rule of rules) {
    most.set(subjectKey(rule), Math.max(most.get(subjectKey(rule)) ?? 0, rule.requiredApprovals));
  }
  return most;
}

export function covers(held: Map<string, number>, needed: Map<string, number>): boolean {
  return [...needed].every(([key, count]) => (held.get(key) ?? 0) >= count);
}
