import { grouped } from "../grouped";
import { FIELD_OF, type ListName, type Subject, subjectKey, type SubjectKind } from "./subjects";

/** What users declare, what GitLab holds and what the planner compares: the three forms of an access entry. */

/** One subject. Every field but `groupInheritanceType` names it; an id stands beside a declared name once it is known. */
export interface AccessEntry {
  /** Everyone with at least this role: one of `AccessLevel`, or what an older GitLab knew. */
  accessLevel?: number;
  /** GitLab's numeric id of the user. */
  userId?: number;
  /** The declared name, where one was declared; kept beside `userId` in state. */
  username?: string;
  /** GitLab's numeric id of the group. */
  groupId?: number;
  /** The declared path, where one was declared; kept beside `groupId` in state. */
  groupPath?: string;
  /** 0: direct members of the group (default). 1: inherited members too. Without effect beside a user or an access level. */
  groupInheritanceType?: number;
}

/** Who must approve. */
export interface ApprovalRule extends AccessEntry {
  /** How many of them: 1 (default) to 5. A single user can only approve once. */
  requiredApprovals?: number;
}

/** The form the planner works on: one subject, nothing optional. */
export interface Entry extends Subject {
  readonly groupInheritanceType: number;
  /** 1 for deploy access levels, which have no such field; it never differs there and is never sent. */
  readonly requiredApprovals: number;
}

export interface LiveEntry extends Entry {
  readonly id: number;
}

export type EntryLists<E> = Readonly<Record<ListName, readonly E[]>>;

/** Both lists, each made by its name. */
export function bothLists<T>(make: (list: ListName) => T): Record<ListName, T> {
  return { deployAccessLevels: make("deployAccessLevels"), approvalRules: make("approvalRules") };
}

export interface LiveProtection extends EntryLists<LiveEntry> {
  /** Legacy approvals for the whole environment, replaced by approval rules; 0 where GitLab says nothing. */
  readonly requiredApprovalCount: number;
}

/** Entries of one subject together, in their order. */
export const bySubject = <E extends Entry>(entries: readonly E[]) => grouped(entries, subjectKey);

/** The declared form (its names resolved) in the planner's terms. */
export function toEntry(declared: ApprovalRule): Entry {
  const [kind, value] = subjectOf(declared);
  return {
    kind,
    value,
    groupInheritanceType: declared.groupInheritanceType ?? 0,
    requiredApprovals: declared.requiredApprovals ?? 1,
  };
}

export function entriesOf(lists: EntryLists<ApprovalRule>): EntryLists<Entry> {
  return bothLists((list) => lists[list].map(toEntry));
}

function subjectOf(declared: ApprovalRule): [SubjectKind, number] {
  if (declared.userId !== undefined) return ["user", declared.userId];
  if (declared.groupId !== undefined) return ["group", declared.groupId];
  if (declared.accessLevel !== undefined) return ["role", declared.accessLevel];
  throw new Error(
    `An access entry reached the planner before its name was resolved: ${JSON.stringify(declared)}`,
  );
}

/** The planner's terms in the declared form: what a stranger's entry looks like in inputs and state. */
export function fromEntry(entry: Entry, list: ListName): ApprovalRule {
  const inheritance = entry.kind === "group" || entry.groupInheritanceType !== 0;
  return {
    [FIELD_OF[entry.kind]]: entry.value,
    ...(inheritance ? { groupInheritanceType: entry.groupInheritanceType } : {}),
    ...(list === "approvalRules" ? { requiredApprovals: entry.requiredApprovals } : {}),
  };
}
