import { GitLabError } from "../../gitlab/answer/errors";
import type { WireApprovalRule, WireProtectedEnvironment } from "../../gitlab/answer/types";
import {
  type ApprovalRule,
  bothLists,
  bySubject,
  type Entry,
  type EntryLists,
  fromEntry,
  type LiveEntry,
  type LiveProtection,
  toEntry,
} from "./entries";
import { ADMINISTRATORS } from "./strictness";
import { LISTS, type ListName, subjectIn, subjectKey } from "./subjects";

/** An entry in state: as declared, with GitLab's id, and the id of the user or group beside a declared name. */
export type StoredEntry = ApprovalRule & { id: number };

/** A protection in state. The lists hold what GitLab holds, in the declared order as far as it was declared. */
export interface StoredProtection {
  deployAccessLevels: StoredEntry[];
  approvalRules: StoredEntry[];
  requiredApprovalCount: number;
  /** What was sent, where the answer to the create was lost and nothing has shown since that the protection is ours. */
  unconfirmed?: EntryLists<ApprovalRule>;
}

/** Reads GitLab's answer. Levels that can no longer be declared stay numbers; what is not a protection is an error, not a crash. */
export function liveFromWire(wire: WireProtectedEnvironment): LiveProtection {
  if (typeof wire !== "object" || wire === null) throw notAProtection();
  return {
    deployAccessLevels: list(wire.deploy_access_levels).map((level) => ({
      ...liveEntry(level),
      requiredApprovals: 1,
    })),
    approvalRules: list(wire.approval_rules ?? []).map((rule) => liveEntry(rule)),
    requiredApprovalCount: integer(wire.required_approval_count, 0),
  };
}

function list(value: unknown): Partial<WireApprovalRule>[] {
  if (!Array.isArray(value) || value.some((item) => typeof item !== "object" || item === null)) {
    throw notAProtection();
  }
  return value as Partial<WireApprovalRule>[];
}

function liveEntry(wire: Partial<WireApprovalRule>): LiveEntry {
  const { kind, value } = subjectIn(wire);
  return {
    id: integer(wire.id),
    kind,
    value: integer(value),
    groupInheritanceType: integer(wire.group_inheritance_type, 0),
    requiredApprovals: integer(wire.required_approvals, 1),
  };
}

function integer(value: unknown, absent?: number): number {
  const number = value ?? absent;
  if (!Number.isSafeInteger(number)) throw notAProtection();
  return number as number;
}

function notAProtection(): GitLabError {
  return new GitLabError("GitLab's answer is not a protected environment.", {
    kind: "bad-answer",
    applied: "unknown",
    hint: "Is there a proxy in between?",
  });
}

export function liveFromState(stored: StoredProtection): LiveProtection {
  const live = (entry: StoredEntry): LiveEntry => ({ ...toEntry(entry), id: entry.id });
  const { requiredApprovalCount } = stored;
  return { ...bothLists((list) => stored[list].map(live)), requiredApprovalCount };
}

/** What GitLab holds in the terms and the order of `known` (a resolved declaration or an older state); strangers follow. */
export function toStored(live: LiveProtection, known: EntryLists<ApprovalRule>): StoredProtection {
  const { requiredApprovalCount } = live;
  return { ...bothLists((list) => storedList(live[list], known[list], list)), requiredApprovalCount };
}

function storedList(
  live: readonly LiveEntry[],
  known: readonly ApprovalRule[],
  list: ListName,
): StoredEntry[] {
  const held = bySubject(live);
  const stored: StoredEntry[] = [];
  for (const entry of known) {
    const own = held.get(subjectKey(toEntry(entry)))?.shift();
    if (own === undefined) continue;
    const { id: _, groupInheritanceType: declared, ...rest } = { id: 0, ...entry };
    const inheritance = declared !== undefined || own.groupInheritanceType !== 0;
    stored.push({
      ...rest,
      ...(inheritance ? { groupInheritanceType: own.groupInheritanceType } : {}),
      ...(list === "approvalRules" ? { requiredApprovals: own.requiredApprovals } : {}),
      id: own.id,
    });
  }
  for (const strangers of held.values()) {
    for (const entry of strangers) stored.push({ ...fromEntry(entry, list), id: entry.id });
  }
  return stored;
}

/** What was sent, for when it could not be confirmed. */
export function unconfirmed(wanted: EntryLists<ApprovalRule>): StoredProtection {
  const sent = (entry: ApprovalRule): StoredEntry => ({ ...entry, id: 0 });
  return { ...bothLists((list) => wanted[list].map(sent)), requiredApprovalCount: 0, unconfirmed: wanted };
}

/** The inputs that declare what is stored: without GitLab's entry ids, and with the name alone where one was declared. */
export function toDeclared(stored: StoredProtection): {
  deployAccessLevels: ApprovalRule[];
  approvalRules?: ApprovalRule[];
} {
  const declared = ({ id: _, userId, groupId, ...rest }: StoredEntry): ApprovalRule => ({
    ...rest,
    ...(userId !== undefined && rest.username === undefined ? { userId } : {}),
    ...(groupId !== undefined && rest.groupPath === undefined ? { groupId } : {}),
  });
  return {
    deployAccessLevels: stored.deployAccessLevels.map(declared),
    ...(stored.approvalRules.length > 0 ? { approvalRules: stored.approvalRules.map(declared) } : {}),
  };
}

/**
 * Whether a protection can be what was sent: nothing else is in it, and nothing is missing but users and groups, which
 * GitLab may have dropped.
 */
export function canBe(sent: EntryLists<ApprovalRule>, live: EntryLists<LiveEntry>): boolean {
  return LISTS.every((list) => {
    const missing = new Map(sent[list].map(toEntry).map((entry) => [contentKey(entry), entry]));
    const known = live[list].every((entry) => missing.delete(contentKey(entry)));
    return known && [...missing.values()].every(({ kind }) => kind !== "role");
  });
}

function contentKey(entry: Entry): string {
  const inheritance = entry.kind === "group" ? entry.groupInheritanceType : 0;
  return `${subjectKey(entry)}/${inheritance}/${entry.requiredApprovals}`;
}

/** GitLab's numbers of the entries, each list apart; an entry that was never confirmed has none. */
export function entryNumbers(lists: EntryLists<{ readonly id: number }>): string[] {
  return LISTS.flatMap((list) => lists[list].filter(({ id }) => id > 0).map(({ id }) => `${list} ${id}`));
}

/**
 * Whether a protection holds nothing of what the state remembers. GitLab gives an entry its id once and for good, so it was
 * made anew, or its path leads to another project or group now.
 */
export function isAnother(stored: StoredProtection, live: EntryLists<LiveEntry>): boolean {
  const known = entryNumbers(stored);
  const held = entryNumbers(live);
  return known.length > 0 && held.length > 0 && !held.some((id) => known.includes(id));
}

/**
 * Whether a run that was interrupted may have left this, though not one entry has an id that is known. It may have exchanged
 * them all, but then each is new and declared: a run never gives another id to a subject that stays.
 */
export function mayBeInterrupted(
  live: EntryLists<Entry>,
  known: EntryLists<Entry>,
  declared: EntryLists<Entry>,
): boolean {
  return LISTS.every((list) => {
    const before = new Set(known[list].map(subjectKey));
    const now = new Set([...declared[list], ADMINISTRATORS].map(subjectKey));
    return live[list].every((entry) => now.has(subjectKey(entry)) && !before.has(subjectKey(entry)));
  });
}
