import { SENDABLE_LEVELS, subjectKey } from "./subjects";
import { type Entry, type EntryLists, type LiveEntry } from "./entries";
import type { Aim, Fate, ListAim } from "./aim";
import { ADMINISTRATORS, agree, contains, meets, stricter } from "./strictness";

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

export interface Plan {
  readonly now: NestedBody;
  /** What weakens is left to the plan made from the answer to `now`, which must hold everything that `now` made stricter. */
  readonly waits: boolean;
  /** Subjects that `now` adds or changes: what its answer must hold, or GitLab has dropped them. */
  readonly sets: EntryLists<string>;
  /** Subjects that have still to become stricter, and all that have still to be added or changed. */
  readonly strengthens: EntryLists<string>;
  readonly changes: EntryLists<string>;
}

/**
 * Nested operations for one PUT, or for two.
 *
 * GitLab drops an element with an unqualified user or group and still says 200. If such a loss came together with anything
 * that weakens, less would be asked for than either the old or the new declaration says. So where a rule for a user or group
 * is added, raised or narrowed, everything that weakens waits for a second PUT: rules that go, are lowered or widened, and
 * deployers that come or are widened. A deployer that goes makes nothing weaker and goes at once, unless nobody would be left.
 *
 * A PUT that weakens restates by its id every rule that stays. An id that somebody's edit made stale makes GitLab refuse the
 * whole PUT, and a rule that was lowered by hand is raised in the same transaction: what was remembered need not be true.
 * `alwaysRestate`: the PUT weakens for a reason that the lists do not show.
 */
export function plan(aim: Aim, { alwaysRestate = false } = {}): Plan {
  const moves: Moves = {
    levels: movesOfLevels(aim.deployAccessLevels),
    rules: movesOfRules(aim.approvalRules),
  };
  const { levels, rules } = moves;
  const rulesWeaken = rules.weaker.length > 0 || rules.removed.length > 0;
  const weaken = rulesWeaken || levels.opened.length > 0 || levels.widened.length > 0;
  const mayBeLost = [...rules.added, ...rules.stricter].some(mayBeDropped);
  // Whoever is not shut out for sure must not profit from rules that only the new declaration does without.
  const mayStay = levels.narrowed.some(mayBeDropped) && rulesWeaken;
  const wait = weaken && (mayBeLost || mayStay);

  const strengthens = {
    deployAccessLevels: [...levels.within, ...levels.narrowed].map(subjectKey),
    approvalRules: [...rules.added, ...rules.stricter].map(subjectKey),
  };
  const changes = {
    deployAccessLevels: [...aim.deployAccessLevels.added, ...levels.widened, ...levels.narrowed].map(
      subjectKey,
    ),
    approvalRules: [...rules.added, ...rules.firmer, ...rules.weaker].map(subjectKey),
  };
  const lists = [
    ...Object.values<readonly Entry[]>({ ...levels }),
    ...Object.values<readonly Entry[]>({ ...rules }),
  ];
  const restates = alwaysRestate && lists.some((list) => list.length > 0);
  return wait
    ? { now: firstOfTwo(aim, moves, restates), waits: true, sets: strengthens, strengthens, changes }
    : { now: whole(aim, moves, restates || weaken), waits: false, sets: changes, strengthens, changes };
}

/** What makes nothing weaker. */
function firstOfTwo(
  { deployAccessLevels, approvalRules }: Aim,
  { levels, rules }: Moves,
  restates: boolean,
): NestedBody {
  // GitLab refuses every PUT that leaves nobody who may deploy; members who leave take their entries with them.
  const standIn = deployAccessLevels.rows.length === 0 ? [ADMINISTRATORS] : [];
  const lastOnes = levels.within.length === 0 && deployAccessLevels.rows.every(({ to }) => to === undefined);
  const { rows } = approvalRules;
  return body(
    [
      ...[...standIn, ...levels.within].map(fields),
      ...levels.narrowed.map(withId(fields)),
      ...(lastOnes ? [] : levels.removed.map(destroy)),
    ],
    [
      ...rules.added.map(ruleFields),
      ...unrepeated(rows, [...rules.stricter.map(withId(ruleFields)), ...(restates ? restated(rows) : [])]),
    ],
  );
}

function whole(
  { deployAccessLevels, approvalRules }: Aim,
  { levels, rules }: Moves,
  restates: boolean,
): NestedBody {
  const { rows } = approvalRules;
  return body(
    [
      ...deployAccessLevels.added.map(fields),
      ...[...levels.widened, ...levels.narrowed].map(withId(fields)),
      ...levels.removed.map(destroy),
    ],
    [
      ...rules.added.map(ruleFields),
      ...unrepeated(rows, [
        ...rules.firmer.map(withId(ruleFields)),
        ...rules.weaker.map(undroppable),
        ...(restates ? restated(rows) : []),
      ]),
      ...rules.removed.map(destroy),
    ],
  );
}

interface Moves {
  readonly levels: LevelMoves;
  readonly rules: RuleMoves;
}

/** The body of the POST that creates a protection. */
export function creation(wanted: EntryLists<Entry>): NestedBody {
  return body(wanted.deployAccessLevels.map(fields), wanted.approvalRules.map(ruleFields));
}

export function isEmpty(nested: NestedBody): boolean {
  return nested.deploy_access_levels === undefined && nested.approval_rules === undefined;
}

/** GitLab checks users and groups, and only those, for being qualified. */
export function mayBeDropped(entry: Entry): boolean {
  return entry.kind !== "role";
}

/** What GitLab may leave out where the first rules come: that inherited members are shut out, so that they stay, or one of the rules. */
export function mayLeaveOut({ deployAccessLevels, approvalRules }: Aim): "narrowing" | "rule" | undefined {
  const { added } = approvalRules;
  if (added.length > 0 && movesOfLevels(deployAccessLevels).narrowed.some(mayBeDropped)) return "narrowing";
  return added.some(mayBeDropped) ? "rule" : undefined;
}

/**
 * Whether the aim takes something away from somebody who relies on the protection as it is: there are deployers whom none of
 * today's contains, or rules of today that nothing would meet.
 */
export function weakens(aim: Aim): boolean {
  const today = aim.deployAccessLevels.rows.map(({ live }) => live);
  const targets = (list: ListAim): Entry[] => [
    ...list.added,
    ...list.rows.flatMap(({ to }) => (to === undefined ? [] : [to])),
  ];
  return (
    targets(aim.deployAccessLevels).some((entry) => !today.some((one) => contains(one, entry))) ||
    aim.approvalRules.rows.some(({ live }) => !targets(aim.approvalRules).some((one) => meets(one, live)))
  );
}

interface LevelMoves {
  /** New deployers who could not deploy before. */
  readonly opened: Entry[];
  /** New deployers who are a part of some who go, in the same PUT: a narrower role in place of a wider one. */
  readonly within: Entry[];
  readonly widened: LiveEntry[];
  readonly narrowed: LiveEntry[];
  readonly removed: LiveEntry[];
}

function movesOfLevels({ rows, added }: ListAim): LevelMoves {
  const moves: LevelMoves = { opened: [], within: [], widened: [], narrowed: [], removed: [] };
  for (const { live, to } of rows) {
    if (to === undefined) moves.removed.push(live);
    else if (live.groupInheritanceType < to.groupInheritanceType) moves.widened.push({ ...to, id: live.id });
    else if (live.groupInheritanceType > to.groupInheritanceType) moves.narrowed.push({ ...to, id: live.id });
  }
  const leavingRoles = moves.removed.filter((entry) => !mayBeDropped(entry));
  for (const entry of added)
    (leavingRoles.some((one) => contains(one, entry)) ? moves.within : moves.opened).push(entry);
  return moves;
}

interface RuleMoves {
  readonly added: readonly Entry[];
  /** Rules that become stricter in something, as strict as both sides: the first of two steps. */
  readonly stricter: LiveEntry[];
  /** Rules that become stricter and in nothing weaker, as they are wanted. */
  readonly firmer: LiveEntry[];
  /** Rules that become weaker in something, as they are wanted. */
  readonly weaker: LiveEntry[];
  readonly removed: LiveEntry[];
}

function movesOfRules({ rows, added }: ListAim): RuleMoves {
  const moves: RuleMoves = { added, stricter: [], firmer: [], weaker: [], removed: [] };
  for (const { live, to } of rows) {
    if (to === undefined) moves.removed.push(live);
    else if (!agree(live, to)) {
      const exact = { ...to, id: live.id };
      const both = stricter(exact, live);
      if (!agree(both, live)) moves.stricter.push(both);
      if (agree(both, to)) moves.firmer.push(exact);
      else moves.weaker.push(exact);
    }
  }
  return moves;
}

/** Every rule that stays as it is. Those that change are proven to be there by their change. */
function restated(rows: readonly Fate[]): NestedOperation[] {
  return rows.flatMap(({ live, to }) =>
    to === undefined || !agree(live, to) || !sendable(to) ? [] : [undroppable(live)],
  );
}

/**
 * Of a rule that counts inherited members and goes on to, that is not sent: where somebody narrowed it by hand just now, it
 * would be widened again. (A count has to be sent, or GitLab resets it; that only direct members count can do no harm.)
 */
function unrepeated(rows: readonly Fate[], operations: readonly NestedOperation[]): NestedOperation[] {
  const inherited = new Set(
    rows.filter(({ live }) => live.groupInheritanceType === 1).map(({ live }) => live.id),
  );
  return operations.map((operation) => {
    const { group_inheritance_type: inheritance, ...others } = operation;
    return inheritance === 1 && inherited.has(operation.id ?? 0) ? others : operation;
  });
}

/**
 * A rule by its id that GitLab cannot drop: a user or group that is not named is not checked for being qualified, and the
 * key `access_level` alone satisfies the parameters. Named, a rule of a departed user would be left out, and with it the
 * proof that it is still there.
 */
function undroppable(entry: LiveEntry): NestedOperation {
  if (!mayBeDropped(entry)) return { id: entry.id, ...ruleFields(entry) };
  return {
    id: entry.id,
    access_level: null,
    group_inheritance_type: entry.groupInheritanceType,
    required_approvals: entry.requiredApprovals,
  };
}

function withId(write: (entry: Entry) => NestedOperation): (entry: LiveEntry) => NestedOperation {
  return (entry) => ({ id: entry.id, ...write(entry) });
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
  if (entry.kind !== "role") return { [`${entry.kind}_id`]: entry.value };
  // A level from old versions that the enum refuses can only be removed; the key alone satisfies the check.
  return { access_level: sendable(entry) ? entry.value : null };
}

function sendable(entry: Entry): boolean {
  return mayBeDropped(entry) || SENDABLE_LEVELS.includes(entry.value);
}

function body(levels: NestedOperation[], rules: NestedOperation[]): NestedBody {
  return {
    ...(levels.length > 0 ? { deploy_access_levels: levels } : {}),
    ...(rules.length > 0 ? { approval_rules: rules } : {}),
  };
}
