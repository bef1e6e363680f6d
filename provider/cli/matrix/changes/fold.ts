import { grouped } from "../../../lifecycle/grouped";
import { lineText } from "../cells";
import { listed } from "../words";
import { type Change, type ChangeKind, CHANGE_KINDS } from "./compare";

export interface Changes {
  /** What the matrix is compared with: `the matrix of 2026-01-31 12:00 UTC`. */
  readonly since: string;
  /** What it is now: `what the preview declares`. */
  readonly now: string;
  readonly all: readonly Change[];
  /** What could not be judged. */
  readonly notes: readonly string[];
}

export const CHANGE_WORDS: Readonly<Record<ChangeKind, string>> = {
  weaker: "weaker",
  both: "weaker and stronger",
  new: "new",
  other: "changed",
  gone: "gone",
  stronger: "stronger",
};

/** Environments to which the same happens, as one. */
export interface ChangeFold {
  readonly first: Change;
  /** `acme/shop production`, or `production in 212 projects`. */
  readonly where: string;
}

export function foldChanges({ all }: Changes): ChangeFold[] {
  const alike = grouped(all, ({ kind, before, after, weaker, stronger, other }) =>
    JSON.stringify([kind, before, after, weaker, stronger, other]),
  );
  return [...alike.values()].map((same) => ({ first: same[0], where: where(same) }));
}

function where(same: readonly Change[]): string {
  const places = same.map(({ project, environment }) => `${project} ${environment}`);
  const [first] = same;
  if (places.length <= 3 || first === undefined) return places.join("\n");
  const names = new Set(same.map(({ environment }) => environment));
  const projects = new Set(same.map(({ project }) => project)).size;
  const what = names.size === 1 ? first.environment : `${same.length} environments`;
  return `${what} in ${projects === 1 ? first.project : `${projects} projects`}: ${listed(places, 2)}`;
}

export function changeCells(
  change: Change,
  separator: string,
): [before: string, after: string, meaning: string] {
  const side = (cells: Change["before"]): string => {
    if (cells === undefined) return "–";
    const approve = cells.approve.map(lineText);
    return [
      ...cells.deploy.map((line) => `deploy: ${lineText(line)}`),
      ...approve.map((text) => `approve: ${text}`),
    ].join(separator);
  };
  const meaning = [
    ...change.weaker.map((text) => `weaker: ${text}`),
    ...change.stronger.map((text) => `stronger: ${text}`),
    ...change.other,
  ];
  return [side(change.before), side(change.after), meaning.join(separator)];
}

/** `Since the matrix of …: 2 weaker, 1 stronger.` */
export function changesSummary({ since, now, all }: Changes): string {
  const counts = CHANGE_KINDS.flatMap((kind) => {
    const number = all.filter((change) => change.kind === kind).length;
    return number === 0 ? [] : [`${number} ${CHANGE_WORDS[kind]}`];
  });
  return `${since} → ${now}: ${counts.join(", ") || "nobody gains or loses anything"}.`;
}
