import { grouped } from "../../lifecycle/grouped";
import { SEVERITIES, type Finding, type Matrix, type MatrixRow, type Severity } from "./model";
import { type Cells, cellsOf } from "./cells";
import { listed } from "./words";

/** Environments that differ in nothing but project and name, shown as one. */
export interface Fold {
  readonly rows: readonly MatrixRow[];
  readonly first: MatrixRow;
  readonly cells: Cells;
  /** `acme/shop`, or `212 projects`. */
  readonly project: string;
  /** `production`, `review/… (37)`. */
  readonly environment: string;
  /** `2 stopped`, `30 available, 7 stopped`; empty where all are available. */
  readonly states: string;
  readonly worst: Severity | undefined;
}

/** Two alike are still read one by one. */
const ALIKE_AT_LEAST = 3;

/** Within a tier the worst first. */
export function foldRows(matrix: Matrix): Fold[] {
  const shown = matrix.rows.map((row) => ({ row, cells: cellsOf(matrix.facts, row) }));
  const alike = grouped(shown, ({ row, cells }) => {
    const found = row.findings.map((i) => textOf(matrix.findings[i]));
    return JSON.stringify([row.environment.tier, family(row), row.production, cells, found]);
  });
  const folds = [...alike.values()].flatMap((same) => {
    const rows = same.map(({ row }) => row);
    const [{ cells }] = same;
    return rows.length >= ALIKE_AT_LEAST
      ? [foldOf(matrix, rows, cells)]
      : rows.map((row) => foldOf(matrix, [row], cells));
  });
  const order = new Map(
    [...new Set(matrix.rows.map(({ environment }) => environment.tier))].map((tier, i) => [tier, i]),
  );
  return folds.sort(
    (a, b) =>
      (order.get(a.first.environment.tier) ?? 0) - (order.get(b.first.environment.tier) ?? 0) ||
      rank(a) - rank(b),
  );
}

/** Equal for findings that say the same of different places. */
function textOf(finding: Finding | undefined): string {
  return JSON.stringify([finding?.severity, finding?.code, finding?.reason, finding?.fix, finding?.accepted]);
}

function family({ environment: { name } }: MatrixRow): string {
  return name.includes("/") ? name.slice(0, name.indexOf("/") + 1) : name;
}

function foldOf(matrix: Matrix, rows: readonly MatrixRow[], cells: Cells): Fold {
  const [first] = rows as [MatrixRow];
  const projects = new Set(rows.map(({ project }) => project.path));
  const names = new Set(rows.map(({ environment }) => environment.name));
  const many = rows.length > 1;
  const folder = names.size > 1 ? `${family(first)}…` : first.environment.name;
  const open = first.findings.filter((i) => matrix.findings[i]?.accepted === undefined);
  const severities = open.map((i) => matrix.findings[i]?.severity);
  return {
    rows,
    first,
    cells,
    project: projects.size === 1 ? first.project.path : `${projects.size} projects`,
    environment: many ? `${folder} (${rows.length})` : folder,
    states: statesOf(rows),
    worst: SEVERITIES.find((severity) => severities.includes(severity)),
  };
}

function statesOf(rows: readonly MatrixRow[]): string {
  const states = [...grouped(rows, ({ environment }) => environment.state)].sort();
  const [[only] = [""]] = states;
  if (states.length === 1) return only === "available" ? "" : only;
  return states.map(([state, same]) => `${same.length} ${state}`).join(", ");
}

function rank({ worst }: Fold): number {
  return worst === undefined ? SEVERITIES.length : SEVERITIES.indexOf(worst);
}

/** Findings that say the same of several places, as one. */
export interface FindingFold {
  readonly first: Finding;
  readonly all: readonly Finding[];
  /** Indices into the findings. */
  readonly numbers: readonly number[];
  /** `acme/shop production`, `acme/a live, acme/b live and 12 more`. */
  readonly about: string;
}

export function foldFindings(findings: readonly Finding[]): FindingFold[] {
  const alike = grouped(findings.entries(), ([, finding]) => textOf(finding));
  return [...alike.values()].map((same) => {
    const all = same.map(([, finding]) => finding);
    const numbers = same.map(([number]) => number);
    return { first: same[0][1], all, numbers, about: listed(all.map(placeOf), 2) };
  });
}

export function placeOf({ container, name }: Finding): string {
  return name === undefined ? container : `${container} ${name}`;
}
