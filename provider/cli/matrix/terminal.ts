import type { Finding, Matrix, MatrixRow, Severity } from "../model";
import { count, plain } from "../text";
import {
  approvalLines,
  foldRows,
  groupName,
  MORE_RULES,
  noRules,
  origin,
  SEVERITY_WORDS,
  subjectWords,
} from "./words";

/** SGR codes of the few looks that are used; none of them carries meaning by itself. */
const LOOKS = { bold: "1", dim: "2", error: "31", warning: "33", info: "36", good: "32" } as const;
type Look = keyof typeof LOOKS;
export type Paint = (look: Look, text: string) => string;

export function paint(colours: boolean): Paint {
  return colours ? (look, text) => `\u001b[${LOOKS[look]}m${text}\u001b[0m` : (_look, text) => text;
}

const HEADINGS = ["tier", "project", "environment", "may deploy", "must approve"];
/** Narrower columns break words more than they help. */
const NARROWEST = 60;
const GAP = 2;

/** The matrix as a table of text, wrapped to the width of the terminal; findings below it. */
export function renderTerminal(matrix: Matrix, width: number, colours: boolean): string {
  const style = paint(colours);
  const rows = foldRows(matrix.rows).map((group) => [
    group.first.tier,
    group.first.project,
    groupName(group),
    ...cells(group.first),
  ]);
  const lines = [
    style("bold", `Who may deploy and who must approve: ${plain(matrix.scope)} on ${plain(matrix.baseUrl)}`),
    summary(matrix),
    "",
    ...(rows.length > 0
      ? table(
          rows.map((row) => row.map(plainLines)),
          Math.max(width, NARROWEST),
          style,
        )
      : ["No environments."]),
    "",
    ...findings(matrix.findings, Math.max(width, NARROWEST), style),
  ];
  return `${lines.join("\n")}\n`;
}

export function summary(matrix: Matrix): string {
  const found = (severity: Severity) =>
    matrix.findings.filter((finding) => finding.severity === severity).length;
  return [
    count(matrix.projects, "project"),
    count(matrix.rows.length, "environment"),
    count(found("error"), "error"),
    count(found("warning"), "warning"),
    count(found("info"), "note"),
  ].join(", ");
}

/** All rule sets must allow: with more than one, each line says where it is from. */
function cells(row: MatrixRow): [string, string] {
  if (row.rules.length === 0) return noRules(row);
  const several = row.rules.length > 1;
  const deploy = row.rules.map((rules) => {
    const who = rules.deploy.map(subjectWords).join(" or ") || "administrators only";
    return several ? `${who} (${origin(rules)})` : who;
  });
  const approve = row.rules.flatMap((rules) =>
    approvalLines(rules).map((line) => (several ? `${line} (${origin(rules)})` : line)),
  );
  const more = row.readable ? [] : [MORE_RULES];
  return [[...deploy, ...more].join("\nand "), [...approve, ...more].join("\n") || "nobody"];
}

const plainLines = (cell: string): string => cell.split("\n").map(plain).join("\n");

function table(rows: string[][], width: number, style: Paint): string[] {
  const widths = columnWidths([HEADINGS, ...rows], width);
  const line = (cells: string[]) => {
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i] ?? 1));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) =>
      wrapped
        .map((lines, i) => (lines[y] ?? "").padEnd((widths[i] ?? 1) + GAP))
        .join("")
        .trimEnd(),
    );
  };
  const ruler = style("dim", widths.map((each) => "─".repeat(each)).join(" ".repeat(GAP)));
  return [...line(HEADINGS).map((text) => style("bold", text)), ruler, ...withoutRepeats(rows).flatMap(line)];
}

/** Tier and project are said once, as long as they stay the same. */
function withoutRepeats(rows: string[][]): string[][] {
  return rows.map((row, i) => {
    const above = rows[i - 1];
    const sameTier = above !== undefined && above[0] === row[0];
    const sameProject = sameTier && above[1] === row[1];
    return row.map((cell, column) =>
      (column === 0 && sameTier) || (column === 1 && sameProject) ? "" : cell,
    );
  });
}

/** As wide as the content needs; where that is too much, the widest columns give way first. */
export function columnWidths(rows: readonly string[][], width: number): number[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => Math.max(...(row[i] ?? "").split("\n").map((line) => line.length)))),
  );
  let over = widths.reduce((sum, each) => sum + each, 0) + GAP * (columns - 1) - width;
  while (over-- > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = Math.max(1, (widths[widest] ?? 1) - 1);
  }
  return widths;
}

/** Breaks at spaces, and inside of words only where one is wider than the column. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ").flatMap((each) => pieces(each, width))) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    return [...lines, line];
  });
}

function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  for (let i = 0; i < word.length; i += width) parts.push(word.slice(i, i + width));
  return parts.length > 0 ? parts : [""];
}

function findings(all: readonly Finding[], width: number, style: Paint): string[] {
  if (all.length === 0) return [style("good", "Nothing to look at.")];
  return all.flatMap((finding) => {
    const mark = SEVERITY_WORDS[finding.severity].padEnd(8);
    const about = plain(
      finding.name === undefined ? finding.container : `${finding.container} ${finding.name}`,
    );
    const indent = " ".repeat(mark.length);
    const body = wrap(plain(finding.reason), width - indent.length).map((line) => indent + line);
    const fix = wrap(`→ ${plain(finding.fix)}`, width - indent.length).map(
      (line) => indent + style("dim", line),
    );
    return [
      `${style(finding.severity, mark)}${style("bold", about)} ${style("dim", finding.code)}`,
      ...body,
      ...fix,
    ];
  });
}
