import { type ListName, subjectKey } from "./subjects";
import { bothLists, bySubject, type Entry, type EntryLists, type LiveEntry } from "./entries";
import { agree, meets } from "./strictness";

/** What is to become of one entry that GitLab holds; without `to` it goes. Its subject never changes: given approvals hang on the rule. */
export interface Fate {
  readonly live: LiveEntry;
  readonly to: Entry | undefined;
}

export interface ListAim {
  readonly rows: readonly Fate[];
  readonly added: readonly Entry[];
}

export type Aim = Readonly<Record<ListName, ListAim>>;

/** Live and wanted entries side by side, matched by subject. */
export function aimAt(live: EntryLists<LiveEntry>, wanted: EntryLists<Entry>): Aim {
  return bothLists((list) => matched(live[list], wanted[list]));
}

function matched(live: readonly LiveEntry[], wanted: readonly Entry[]): ListAim {
  const candidatesOf = bySubject(live);
  const fates = new Map<LiveEntry, Entry>();
  const added: Entry[] = [];
  for (const entry of wanted) {
    const candidates = candidatesOf.get(subjectKey(entry));
    if (candidates === undefined) added.push(entry);
    else
      fates.set(
        candidates.reduce((a, b) => (compareMatches(entry, a, b) <= 0 ? a : b)),
        entry,
      );
  }
  return { rows: live.map((entry) => ({ live: entry, to: fates.get(entry) })), added };
}

/**
 * Which of two live entries for the same subject to keep: the same count first, then a higher one (lowering it cannot be
 * lost in a harmful way), then the same inheritance, then the older entry, whose given approvals are more likely in use.
 */
function compareMatches(wanted: Entry, a: LiveEntry, b: LiveEntry): number {
  return rank(wanted, a) - rank(wanted, b) || a.id - b.id;
}

function rank(wanted: Entry, live: LiveEntry): number {
  const count = live.requiredApprovals - wanted.requiredApprovals;
  const countRank = count === 0 ? 0 : count > 0 ? 2 : 4;
  return countRank + (live.groupInheritanceType === wanted.groupInheritanceType ? 0 : 1);
}

/** What somebody did by hand and nobody was told of before: what is left as it is, and who is no longer let in. */
export interface ByHand {
  /** Approval rules and deployers that are stricter than declared; they stay until a preview has shown that they go. */
  readonly left: EntryLists<LiveEntry>;
  /** Deployers that are declared and were taken out by hand. */
  readonly missing: readonly Entry[];
  /** Deployers that nobody declared. */
  readonly strangers: readonly LiveEntry[];
}

/**
 * The aim without everything that would make access weaker and that no preview has said: a preview compares the
 * declaration with `known`, so what `known` does not hold was not shown. Making access stricter needs no announcement.
 */
export function spare(aim: Aim, known: EntryLists<Entry>): { readonly aim: Aim; readonly byHand: ByHand } {
  const rules = spareRules(aim.approvalRules, bySubject(known.approvalRules));
  const levels = spareLevels(aim.deployAccessLevels, bySubject(known.deployAccessLevels));
  return {
    aim: { deployAccessLevels: levels.aim, approvalRules: rules.aim },
    byHand: {
      left: { deployAccessLevels: levels.left, approvalRules: rules.left },
      missing: levels.missing,
      strangers: levels.strangers,
    },
  };
}

type Known = ReadonlyMap<string, readonly Entry[]>;

function spareRules(aim: ListAim, known: Known): { aim: ListAim; left: LiveEntry[] } {
  const left: LiveEntry[] = [];
  const kept = new Map(aim.rows.flatMap(({ to }) => (to ? [[subjectKey(to), to] as const] : [])));
  const rows = aim.rows.map(({ live, to }): Fate => {
    const before = known.get(subjectKey(live)) ?? [];
    const spared = to ? sparedRule(live, to, before) : sparedRemoval(live, kept, before);
    if (spared && (to === undefined || !agree(spared, to))) left.push(live);
    return { live, to: spared };
  });
  return { aim: { ...aim, rows }, left };
}

function sparedRemoval(
  live: LiveEntry,
  kept: ReadonlyMap<string, Entry>,
  before: readonly Entry[],
): Entry | undefined {
  const sibling = kept.get(subjectKey(live));
  // A copy that asks for nothing more than the rule that stays; an interrupted run may have made it.
  if (sibling && meets(sibling, live)) return undefined;
  const announced = sibling ? before.some((entry) => meets(entry, live)) : before.length > 0;
  return announced ? undefined : live;
}

function sparedRule(live: LiveEntry, to: Entry, before: readonly Entry[]): Entry {
  const lowered = before.some((entry) => entry.requiredApprovals > to.requiredApprovals);
  const widened = before.some((entry) => entry.groupInheritanceType < to.groupInheritanceType);
  return {
    ...to,
    requiredApprovals: lowered
      ? to.requiredApprovals
      : Math.max(live.requiredApprovals, to.requiredApprovals),
    groupInheritanceType: widened
      ? to.groupInheritanceType
      : Math.min(live.groupInheritanceType, to.groupInheritanceType),
  };
}

function spareLevels(
  aim: ListAim,
  known: Known,
): { aim: ListAim; left: LiveEntry[]; missing: Entry[]; strangers: LiveEntry[] } {
  const left: LiveEntry[] = [];
  const rows = aim.rows.map(({ live, to }): Fate => {
    if (to === undefined) return { live, to };
    const before = known.get(subjectKey(live));
    const widens = live.groupInheritanceType < to.groupInheritanceType;
    const announced = before === undefined || !before.some((entry) => agree(entry, to));
    if (!widens || announced) return { live, to };
    left.push(live);
    return { live, to: live };
  });
  const missing = aim.added.filter((entry) => known.has(subjectKey(entry)));
  const added = aim.added.filter((entry) => !known.has(subjectKey(entry)));
  const strangers = rows
    .filter(({ live, to }) => to === undefined && !known.has(subjectKey(live)))
    .map(({ live }) => live);
  // GitLab refuses a list that would be empty, and members who leave take their entries with them.
  const nobody = added.length === 0 && rows.every(({ to }) => to === undefined);
  if (nobody) return { aim: { rows, added: aim.added }, left, missing: [], strangers };
  return { aim: { rows, added }, left, missing, strangers };
}
