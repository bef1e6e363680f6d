import fc from "fast-check";
import { type SubjectKind, subjectKey } from "../../provider/lifecycle/access/subjects";
import type { Entry, EntryLists, LiveEntry } from "../../provider/lifecycle/access/entries";
import type { Measured } from "../support/jointMeasure";
import type { Row, Rules } from "./nestedAttributes";

const id = fc.integer({ min: 1, max: 5 });
const subject = (levels: number[]) =>
  fc.oneof(
    fc.record({ kind: fc.constant<SubjectKind>("role"), value: fc.constantFrom(...levels) }),
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

/** Entries that somebody adds by hand. */
export const rule = entry([30, 40, 60], true);
export const deployer = entry([30, 40, 60], false);

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
    access_level: entry.kind === "role" ? entry.value : null,
    user_id: entry.kind === "user" ? entry.value : null,
    group_id: entry.kind === "group" ? entry.value : null,
    group_inheritance_type: entry.groupInheritanceType,
    required_approvals: entry.requiredApprovals,
  };
}

export function fromRow(row: Row): LiveEntry {
  const kind: SubjectKind = row.user_id !== null ? "user" : row.group_id !== null ? "group" : "role";
  return {
    id: row.id,
    kind,
    value: row.user_id ?? row.group_id ?? row.access_level ?? 0,
    groupInheritanceType: row.group_inheritance_type,
    requiredApprovals: row.required_approvals,
  };
}

/** What the measure compares. */
export function measured(lists: EntryLists<Entry>): Measured {
  const row = (entry: Entry): Row => toRow({ id: 0, ...entry });
  return {
    deploy_access_levels: lists.deployAccessLevels.map(row),
    approval_rules: lists.approvalRules.map(row),
  };
}

/** What somebody does by hand before a run, to entries by their place in the list. */
export interface Drift {
  readonly goneRules: number[];
  readonly loweredRules: number[];
  readonly raisedRules: number[];
  readonly goneLevels: number[];
}

const places = fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 3 });
export const drift: fc.Arbitrary<Drift> = fc.record({
  goneRules: places,
  loweredRules: places,
  raisedRules: places,
  goneLevels: places,
});

export function drifted(lists: EntryLists<LiveEntry>, by: Drift): EntryLists<LiveEntry> {
  const recount = (rule: LiveEntry, i: number): LiveEntry => {
    if (by.loweredRules.includes(i)) return { ...rule, requiredApprovals: 1 };
    return by.raisedRules.includes(i) && rule.kind !== "user" ? { ...rule, requiredApprovals: 5 } : rule;
  };
  return {
    deployAccessLevels: lists.deployAccessLevels.filter((_, i) => !by.goneLevels.includes(i)),
    approvalRules: lists.approvalRules.map(recount).filter((_, i) => !by.goneRules.includes(i)),
  };
}

/**
 * What was there before a request, as far as it was ever declared: what somebody made stricter by hand in a rule, beyond what
 * that rule was and is to be, was never promised to anyone.
 */
export function capped(
  before: EntryLists<LiveEntry>,
  from: EntryLists<LiveEntry>,
  to: EntryLists<Entry>,
): Measured {
  const approvalRules = before.approvalRules.flatMap((rule) => {
    const promised = [
      ...from.approvalRules.filter(({ id }) => id === rule.id),
      ...to.approvalRules.filter((one) => subjectKey(one) === subjectKey(rule)),
    ];
    if (promised.length === 0) return [];
    const most = Math.max(...promised.map(({ requiredApprovals }) => requiredApprovals));
    const widest = Math.max(...promised.map(({ groupInheritanceType }) => groupInheritanceType));
    return [
      {
        ...rule,
        requiredApprovals: Math.min(rule.requiredApprovals, most),
        groupInheritanceType: Math.max(rule.groupInheritanceType, widest),
      },
    ];
  });
  return measured({ ...before, approvalRules });
}
