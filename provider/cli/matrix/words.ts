import type { ApprovalSubject, MatrixRow, RuleSet, Severity, Subject } from "../model";

/** `group acme/qa`, `user dana`, `Maintainers and above`. */
export function subjectWords(subject: Subject): string {
  if (subject.kind === "role") return subject.name;
  const name = subject.name.startsWith(`${subject.kind} `) ? subject.name : `${subject.kind} ${subject.name}`;
  return subject.inherited ? `${name} with inherited members` : name;
}

/** `2 × group acme/qa`. */
export function approvalWords(rule: ApprovalSubject): string {
  return `${rule.required} × ${subjectWords(rule)}`;
}

/** The legacy count is an approval too. */
export function approvalLines(rules: RuleSet): string[] {
  const old = rules.legacyCount > 0 ? [`${rules.legacyCount} × anyone who may deploy (legacy)`] : [];
  return [...rules.approvals.map(approvalWords), ...old];
}

/** What stands in the two cells of a row that no known rule covers. */
export function noRules(row: MatrixRow): [deploy: string, approve: string] {
  return row.readable
    ? ["everyone who may push (unprotected)", "nobody"]
    : ["not known: rules cannot be read", "not known"];
}

/** Said beside the known rules where there may be others. */
export const MORE_RULES = "rules that cannot be read";

/** Where a rule set comes from: `group acme`, `this project`. */
export function origin(rules: RuleSet): string {
  return rules.level === "group" ? `group ${rules.container}` : "project";
}

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** Environments of one project with the same tier, state of protection and findings, shown as one. */
export interface RowGroup {
  readonly first: MatrixRow;
  readonly names: readonly string[];
}

const FAMILY_AT_LEAST = 3;

/** Folds families such as `review/…` whose rows would differ in nothing but the name. */
export function foldRows(rows: readonly MatrixRow[]): RowGroup[] {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const family = row.environment.includes("/")
      ? row.environment.slice(0, row.environment.indexOf("/") + 1)
      : row.environment;
    const key = JSON.stringify([row.project, row.tier, family, row.rules, row.readable, row.findings]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((same): RowGroup[] => {
    const [first] = same;
    if (first === undefined) return [];
    if (same.length >= FAMILY_AT_LEAST) return [{ first, names: same.map((row) => row.environment) }];
    return same.map((row) => ({ first: row, names: [row.environment] }));
  });
}

/** `production`, or `review/… (37)`. */
export function groupName({ first, names }: RowGroup): string {
  if (names.length === 1) return first.environment;
  return `${first.environment.slice(0, first.environment.indexOf("/") + 1)}… (${names.length})`;
}
