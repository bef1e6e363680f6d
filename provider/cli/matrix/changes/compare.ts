import type { Approval, People } from "../../../effective/answer";
import type { Facts } from "../../../effective/facts";
import { type Cells, cellsOf } from "../cells";
import type { Matrix, MatrixRow } from "../model";
import { approvalWords, listed, names, subjectWords } from "../words";

/** What became of an environment, in the order in which people should read it. */
export const CHANGE_KINDS = ["weaker", "both", "new", "other", "gone", "stronger"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

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

interface Side {
  readonly facts: Facts;
  readonly row: MatrixRow;
  readonly cells: Cells;
}

/** Everything that differs between two matrices, weaker first. */
export function compareMatrices(before: Matrix, after: Matrix): Change[] {
  const [old, now] = [sidesOf(before), sidesOf(after)];
  const ids = [...new Set([...now.keys(), ...old.keys()])];
  const changes = ids.flatMap((id): Change[] => {
    const [was, is] = [old.get(id), now.get(id)];
    const what = was && is ? changed(was, is) : appeared(is);
    const row = (is ?? was)?.row;
    if (what === undefined || row === undefined) return [];
    const place = { id, project: row.project.path, environment: row.environment.name };
    return [{ ...place, before: was?.cells, after: is?.cells, ...what }];
  });
  return changes.sort((a, b) => CHANGE_KINDS.indexOf(a.kind) - CHANGE_KINDS.indexOf(b.kind));
}

function sidesOf({ facts, rows }: Matrix): Map<string, Side> {
  return new Map(rows.map((row) => [row.id, { facts, row, cells: cellsOf(facts, row) }]));
}

type Found = Pick<Change, "kind" | "weaker" | "stronger" | "other">;

function appeared(is: Side | undefined): Found {
  const kind = is === undefined ? "gone" : "new";
  const other =
    is === undefined ? "the environment is gone" : `a new environment, tier ${is.row.environment.tier}`;
  return { kind, weaker: [], stronger: [], other: [other] };
}

function changed(was: Side, is: Side): Found | undefined {
  const sides = [deployChanges(was, is), ...approvalChanges(was, is)];
  const weaker = [
    ...unprotected(was.row, is.row),
    ...sides.flatMap((side) => side.weaker),
    ...selfApproval(was.row, is.row),
  ];
  const stronger = [
    ...unprotected(is.row, was.row).map(() => "rules protect it now"),
    ...sides.flatMap((side) => side.stronger),
    ...selfApproval(is.row, was.row).map(() => "nobody can approve their own deployment any more"),
  ];
  const [old, now] = [was.row.environment.tier, is.row.environment.tier];
  const tier = old === now ? [] : [`tier ${old} → ${now}`];
  const nothing = weaker.length + stronger.length + tier.length === 0;
  const same = was.row.readable === is.row.readable && JSON.stringify(was.cells) === JSON.stringify(is.cells);
  if (nothing && same) return undefined;
  const kind =
    weaker.length > 0
      ? stronger.length > 0
        ? "both"
        : "weaker"
      : stronger.length > 0
        ? "stronger"
        : "other";
  return { kind, weaker, stronger, other: nothing ? ["other rules, the same people"] : tier };
}

function unprotected(was: MatrixRow, is: MatrixRow): string[] {
  return was.rules.length > 0 && is.rules.length === 0 && is.readable ? ["nothing protects it any more"] : [];
}

function selfApproval(was: MatrixRow, is: MatrixRow): string[] {
  const now = is.project.selfApproval === true && was.project.selfApproval !== true;
  return now && is.answer.required > 0 ? ["whoever deploys may approve that themselves"] : [];
}

interface Effect {
  readonly weaker: readonly string[];
  readonly stronger: readonly string[];
}

const loosens = (text: string): Effect => ({ weaker: [text], stronger: [] });
const tightens = (text: string): Effect => ({ weaker: [], stronger: [text] });

/** Those who are new, and those who are there no longer, each in a sentence. */
function exchange(was: ReadonlySet<string>, is: ReadonlySet<string>, can: string, cannot: string): Effect {
  const [gained, lost] = [without(is, was), without(was, is)];
  return {
    weaker: gained.length > 0 ? [`${listed(gained)} ${can}`] : [],
    stronger: lost.length > 0 ? [`${listed(lost)} ${cannot}`] : [],
  };
}

/** People are told by their user names: ids of two readings are the same, those of a preview may be made up. */
function userNames({ facts }: Side, { people, bots }: People): ReadonlySet<string> {
  return new Set([...people, ...bots].map((id) => names(facts, [id])));
}

function without(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((name) => !b.has(name));
}

function deployChanges(was: Side, is: Side): Effect {
  const [before, after] = [was.row.answer.deployers, is.row.answer.deployers];
  if (before !== undefined && after !== undefined)
    return exchange(userNames(was, before), userNames(is, after), "can deploy now", "can no longer deploy");
  // Where the people cannot be known, the entries are all there is to compare.
  const entries = ({ row }: Side) => new Set(row.rules.flatMap(({ deploy }) => deploy.map(subjectWords)));
  const [can, cannot] = ["may deploy now (people not known)", "may no longer deploy (people not known)"];
  return exchange(entries(was), entries(is), can, cannot);
}

function keyOf({ subject }: Approval): string {
  return subject === undefined ? "legacy" : `${subject.kind} ${subject.id > 0 ? subject.id : subject.name}`;
}

/** Each rule beside the rule of the same subject; what has no partner is a rule that went or came. */
function approvalChanges(was: Side, is: Side): Effect[] {
  const rest = [...is.row.answer.approvals];
  const changes = was.row.answer.approvals.flatMap((before) => {
    const i = rest.findIndex((rule) => keyOf(rule) === keyOf(before));
    const after = i < 0 ? undefined : rest.splice(i, 1)[0];
    const are = before.required === 1 ? "is" : "are";
    return after === undefined
      ? [loosens(`${approvalWords(before)} ${are} no longer asked for`)]
      : ruleChanges(was, before, is, after);
  });
  return [...changes, ...rest.map((added) => tightens(`${approvalWords(added)} must approve now`))];
}

function ruleChanges(was: Side, before: Approval, is: Side, after: Approval): Effect[] {
  const what = after.subject === undefined ? "whoever may deploy" : subjectWords(after.subject);
  const effect = after.required < before.required ? loosens : tightens;
  const count =
    after.required === before.required
      ? []
      : [effect(`approvals by ${what}: ${before.required} → ${after.required}`)];
  if (before.who === undefined || after.who === undefined) {
    const wider = after.subject?.inherited === true && before.subject?.inherited === false;
    return wider ? [...count, loosens(`inherited members count as ${what} now`)] : count;
  }
  const [old, now] = [userNames(was, before.who), userNames(is, after.who)];
  return [...count, exchange(old, now, `can approve as ${what} now`, `can no longer approve as ${what}`)];
}
