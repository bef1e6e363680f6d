import { type Entry, type EntryLists, type LiveEntry, subjectKey } from "./accessEntries";

/** One element of `deploy_access_levels` or `approval_rules` in a PUT. Carries at most one subject key, as the oldest versions demand. */
export interface NestedOperation {
  id?: number;
  _destroy?: true;
  access_level?: number | null;
  user_id?: number;
  group_id?: number;
  group_inheritance_type?: number;
  required_approvals?: number;
}

/** A list is absent where there is nothing to do in it; GitLab leaves such a list untouched. */
export interface NestedBody {
  deploy_access_levels?: NestedOperation[];
  approval_rules?: NestedOperation[];
}

/** `later` may only be sent when the answer to `now` holds everything that `now` added or raised. */
export interface Plan {
  readonly now: NestedBody;
  readonly later: NestedBody;
}

/** Access levels the API's enum takes; anything else may be stored but not sent. */
const ACCEPTED_LEVELS = new Set([20, 30, 40, 60]);

/**
 * What turns the live lists into the wanted ones: nested operations for one PUT, or for two.
 *
 * GitLab drops an element with an unqualified user or group and still says 200. If such a loss came together with a removal,
 * fewer approvals would be required than either the old or the new declaration says. So where a rule for a user or group is
 * added or raised, removing and lowering others waits for a second PUT. Deploy levels always travel together: a loss there
 * leaves fewer deployers, and GitLab refuses a list that would be empty.
 */
export function plan(live: EntryLists<LiveEntry>, wanted: EntryLists<Entry>): Plan {
  const levels = changes(live.deployAccessLevels, wanted.deployAccessLevels);
  const rules = changes(live.approvalRules, wanted.approvalRules);
  const deployAccessLevels = [
    ...levels.added.map((entry) => fields(entry)),
    ...[...levels.raised, ...levels.altered, ...levels.lowered].map((entry) => ({
      id: entry.id,
      ...fields(entry),
    })),
    ...levels.removed.map(destroy),
  ];
  const stronger = [
    ...rules.added.map(ruleFields),
    ...[...rules.raised, ...rules.altered].map((entry) => ({ id: entry.id, ...ruleFields(entry) })),
  ];
  const weaker = [
    ...rules.lowered.map((entry) => ({ id: entry.id, ...ruleFields(entry) })),
    ...rules.removed.map(destroy),
  ];
  const wait = [...rules.added, ...rules.raised].some(mayBeDropped);
  return {
    now: body(deployAccessLevels, wait ? stronger : [...stronger, ...weaker]),
    later: body([], wait ? weaker : []),
  };
}

/** The body of the POST that creates a protection. */
export function creation(wanted: EntryLists<Entry>): NestedBody {
  return body(
    wanted.deployAccessLevels.map((entry) => fields(entry)),
    wanted.approvalRules.map(ruleFields),
  );
}

export function isEmpty(nested: NestedBody): boolean {
  return nested.deploy_access_levels === undefined && nested.approval_rules === undefined;
}

/** GitLab checks users and groups, and only those, for being qualified. */
export function mayBeDropped(entry: Entry): boolean {
  return entry.kind !== "accessLevel";
}

interface Changes {
  readonly added: Entry[];
  /** Updates: the id GitLab knows with the fields that are wanted. */
  readonly raised: LiveEntry[];
  readonly altered: LiveEntry[];
  readonly lowered: LiveEntry[];
  readonly removed: LiveEntry[];
}

function changes(live: readonly LiveEntry[], wanted: readonly Entry[]): Changes {
  const result: Changes = { added: [], raised: [], altered: [], lowered: [], removed: [] };
  const bySubject = new Map<string, LiveEntry[]>();
  for (const entry of live) {
    const same = bySubject.get(subjectKey(entry));
    if (same) same.push(entry);
    else bySubject.set(subjectKey(entry), [entry]);
  }
  for (const entry of wanted) {
    const candidates = bySubject.get(subjectKey(entry));
    bySubject.delete(subjectKey(entry));
    if (candidates === undefined) {
      result.added.push(entry);
      continue;
    }
    const kept = candidates.reduce((a, b) => (compareMatches(entry, a, b) <= 0 ? a : b));
    result.removed.push(...candidates.filter((candidate) => candidate !== kept));
    const updated = { ...entry, id: kept.id };
    if (kept.requiredApprovals < entry.requiredApprovals) result.raised.push(updated);
    else if (kept.requiredApprovals > entry.requiredApprovals) result.lowered.push(updated);
    else if (kept.groupInheritanceType !== entry.groupInheritanceType) result.altered.push(updated);
  }
  for (const strangers of bySubject.values()) result.removed.push(...strangers);
  return result;
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

function fields(entry: Entry): NestedOperation {
  return { ...subject(entry), group_inheritance_type: entry.groupInheritanceType };
}

/** With every field: an omitted `required_approvals` would be reset to 1. */
function ruleFields(entry: Entry): NestedOperation {
  return { ...fields(entry), required_approvals: entry.requiredApprovals };
}

/** GitLab up to 18.x refuses to destroy a rule without one of the subject keys. */
function destroy(entry: LiveEntry): NestedOperation {
  return { id: entry.id, _destroy: true, ...subject(entry) };
}

function subject(entry: Entry): NestedOperation {
  if (entry.kind === "user") return { user_id: entry.value };
  if (entry.kind === "group") return { group_id: entry.value };
  // A level from old versions that the enum refuses can only be removed; the key alone satisfies the check.
  return { access_level: ACCEPTED_LEVELS.has(entry.value) ? entry.value : null };
}

function body(levels: NestedOperation[], rules: NestedOperation[]): NestedBody {
  return {
    ...(levels.length > 0 ? { deploy_access_levels: levels } : {}),
    ...(rules.length > 0 ? { approval_rules: rules } : {}),
  };
}
