import type { Approval, People } from "../../../effective/answer";
import type { Facts } from "../../../effective/facts";
import { type Cells, cellsOf } from "../cells";
import type { Matrix, MatrixRow } from "../model";
import { approvalWords, listed, names, subjectWords } from "../words";

/** What became of an environment, in the order in which people should read it. */
export const CHANGE_KINDS = ["weaker", "both", "new", "other", "gone", "stronger"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One environment before and after. */
export interface Change {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly kind: ChangeKind;
  readonly before: Cells | undefined;
  readonly after: Cells | undefined;
  /** Who can do what now that could not, and the other way round. */
  readonly weaker: readonly string[];
  readonly stronger: readonly string[];
  readonly other: readonly string[];
}

/** Everything that differs between two matrices, weaker first. */
export function compareMatrices(before: Matrix, after: Matrix): Change[] {
  const old = new Map(before.rows.map((row) => [row.id, row]));
  const now = new Map(after.rows.map((row) => [row.id, row]));
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  const changes = ids.flatMap((id): Change[] => {
    const [was, is] = [old.get(id), now.get(id)];
    const change =
      was && is ? changed(before.facts, was, after.facts, is) : appeared(before.facts, was, after.facts, is);
    return change === undefined ? [] : [{ id, ...change }];
  });
  return changes.sort((a, b) => CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind));
}

type Found = Omit<Change, "id">;

function appeared(
  oldFacts: Facts,
  was: MatrixRow | undefined,
  newFacts: Facts,
  is: MatrixRow | undefined,
): Found | undefined {
  const row = is ?? was;
  if (row === undefined) return undefined;
  return {
    project: row.project.path,
    environment: row.environment.name,
    kind: is === undefined ? "gone" : "new",
    before: was && cellsOf(oldFacts, was),
    after: is && cellsOf(newFacts, is),
    weaker: [],
    stronger: [],
    other: [is === undefined ? "the environment is gone" : `a new environment, tier ${is.environment.tier}`],
  };
}

function changed(oldFacts: Facts, was: MatrixRow, newFacts: Facts, is: MatrixRow): Found | undefined {
  const [before, after] = [cellsOf(oldFacts, was), cellsOf(newFacts, is)];
  const deploy = deployChanges(oldFacts, was, newFacts, is);
  const approve = approvalChanges(oldFacts, was, newFacts, is);
  const weaker = [...unprotected(was, is), ...deploy.weaker, ...approve.weaker, ...selfApproval(was, is)];
  const stronger = [
    ...unprotected(is, was).map(() => "rules protect it now"),
    ...deploy.stronger,
    ...approve.stronger,
    ...selfApproval(is, was).map(() => "nobody can approve their own deployment any more"),
  ];
  const tier =
    was.environment.tier === is.environment.tier
      ? []
      : [`tier ${was.environment.tier} → ${is.environment.tier}`];
  const same = JSON.stringify(before) === JSON.stringify(after) && was.readable === is.readable;
  if (weaker.length + stronger.length + tier.length === 0 && same) return undefined;
  const kind =
    weaker.length > 0
      ? stronger.length > 0
        ? "both"
        : "weaker"
      : stronger.length > 0
        ? "stronger"
        : "other";
  return {
    project: is.project.path,
    environment: is.environment.name,
    kind,
    before,
    after,
    weaker,
    stronger,
    other: tier.length + weaker.length + stronger.length > 0 ? tier : ["other rules, the same people"],
  };
}

function unprotected(was: MatrixRow, is: MatrixRow): string[] {
  return was.rules.length > 0 && is.rules.length === 0 && is.readable ? ["nothing protects it any more"] : [];
}

function selfApproval(was: MatrixRow, is: MatrixRow): string[] {
  const now = is.project.selfApproval === true && was.project.selfApproval !== true;
  return now && is.answer.required > 0 ? ["whoever deploys may approve that themselves"] : [];
}

interface Sides {
  readonly weaker: string[];
  readonly stronger: string[];
}

/** People are told by their user names: ids of two readings are the same, those of a preview may be made up. */
function userNames(facts: Facts, who: People | undefined): ReadonlySet<string> {
  const ids = who === undefined ? [] : [...who.people, ...who.bots];
  return new Set(ids.map((id) => names(facts, [id])));
}

function without(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((name) => !b.has(name));
}

function deployChanges(oldFacts: Facts, was: MatrixRow, newFacts: Facts, is: MatrixRow): Sides {
  const [before, after] = [was.answer.deployers, is.answer.deployers];
  if (before === undefined || after === undefined) return unknownDeployers(was, is);
  const [old, now] = [userNames(oldFacts, before), userNames(newFacts, after)];
  const [gained, lost] = [without(now, old), without(old, now)];
  return {
    weaker: gained.length > 0 ? [`${listed(gained)} can deploy now`] : [],
    stronger: lost.length > 0 ? [`${listed(lost)} can no longer deploy`] : [],
  };
}

/** Where the people cannot be known, the entries are all there is to compare. */
function unknownDeployers(was: MatrixRow, is: MatrixRow): Sides {
  const entries = (row: MatrixRow) => new Set(row.rules.flatMap((rules) => rules.deploy.map(subjectWords)));
  const [old, now] = [entries(was), entries(is)];
  const [gained, lost] = [without(now, old), without(old, now)];
  return {
    weaker: gained.length > 0 ? [`${listed(gained)} may deploy now (people not known)`] : [],
    stronger: lost.length > 0 ? [`${listed(lost)} may no longer deploy (people not known)`] : [],
  };
}

function keyOf({ subject }: Approval): string {
  return subject === undefined ? "legacy" : `${subject.kind} ${subject.id > 0 ? subject.id : subject.name}`;
}

/** Each rule beside the rule of the same subject; what has no partner is a rule that went or came. */
function approvalChanges(oldFacts: Facts, was: MatrixRow, newFacts: Facts, is: MatrixRow): Sides {
  const sides: Sides = { weaker: [], stronger: [] };
  const rest = [...is.answer.approvals];
  for (const before of was.answer.approvals) {
    const i = rest.findIndex((rule) => keyOf(rule) === keyOf(before));
    const after = i < 0 ? undefined : rest.splice(i, 1)[0];
    if (after === undefined)
      sides.weaker.push(
        `${approvalWords(before)} ${before.required === 1 ? "is" : "are"} no longer asked for`,
      );
    else compareRule(oldFacts, before, newFacts, after, sides);
  }
  for (const added of rest) sides.stronger.push(`${approvalWords(added)} must approve now`);
  return sides;
}

function compareRule(
  oldFacts: Facts,
  before: Approval,
  newFacts: Facts,
  after: Approval,
  sides: Sides,
): void {
  const what = after.subject === undefined ? "whoever may deploy" : subjectWords(after.subject);
  if (after.required !== before.required) {
    const side = after.required < before.required ? sides.weaker : sides.stronger;
    side.push(`approvals by ${what}: ${before.required} → ${after.required}`);
  }
  if (before.who === undefined || after.who === undefined) {
    const wider = after.subject?.inherited === true && before.subject?.inherited === false;
    if (wider) sides.weaker.push(`inherited members count as ${what} now`);
    return;
  }
  const [old, now] = [userNames(oldFacts, before.who), userNames(newFacts, after.who)];
  const [gained, lost] = [without(now, old), without(old, now)];
  if (gained.length > 0) sides.weaker.push(`${listed(gained)} can approve as ${what} now`);
  if (lost.length > 0) sides.stronger.push(`${listed(lost)} can no longer approve as ${what}`);
}
