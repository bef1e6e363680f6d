import { escapeMarkdown } from "../../text";
import { lineText } from "../cells";
import { CHANGE_WORDS, changeCells, type Changes, changesSummary, foldChanges } from "../changes/fold";
import { foldFindings, foldRows } from "../fold";
import { dateOf, hostOf, openFindings, SEVERITY_WORDS, summary } from "../head";
import type { Matrix } from "../model";

/** GitLab takes a million characters in a note, but readers do not; the whole matrix is a page of its own. */
const MAX_BYTES = 50_000;

export interface MarkdownView {
  readonly changes: Changes | undefined;
  readonly changesOnly: boolean;
  /** Where the whole matrix is to be seen. */
  readonly link: string | undefined;
}

/** The matrix, or what changes, as Markdown for a note. Tables end with a whole row, whatever their length. */
export function renderMarkdown(matrix: Matrix, { changes, changesOnly, link }: MarkdownView): string {
  const budget = new Budget(MAX_BYTES);
  const title = changesOnly
    ? "Who can deploy and who must approve, before → after"
    : "Who can deploy and who must approve";
  const full = link === undefined ? "" : ` [The whole matrix](${encodeURI(link)}).`;
  const lines = [
    `### ${title}: ${escapeMarkdown(matrix.facts.scope)}`,
    "",
    `${escapeMarkdown(hostOf(matrix))}, ${dateOf(matrix)}: ${summary(matrix)}.${full}`,
    "",
    ...(changes === undefined ? [] : changesPart(changes, budget)),
    ...(changesOnly ? [] : [...rowsPart(matrix, budget), "", ...findingsPart(matrix, budget), ""]),
  ];
  return lines.join("\n");
}

/** How much may still be said. */
class Budget {
  constructor(private left: number) {}

  /** As many of the rows as fit, and a line that counts the others. */
  rows(rows: readonly string[], what: string): string[] {
    const shown: string[] = [];
    for (const row of rows) {
      const size = Buffer.byteLength(row) + 1;
      if (size > this.left) break;
      this.left -= size;
      shown.push(row);
    }
    const rest = rows.length - shown.length;
    return rest === 0 ? shown : [...shown, "", `… and ${rest} more ${what}: see the whole matrix.`];
  }
}

const cell = (text: string): string => text.split("\n").map(escapeMarkdown).join("<br>");

function changesPart(changes: Changes, budget: Budget): string[] {
  const notes = changes.notes.map((note) => `- ${escapeMarkdown(note)}`);
  const intro = [
    `**${escapeMarkdown(changesSummary(changes))}**`,
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
  ];
  if (changes.all.length === 0) return intro;
  const rows = foldChanges(changes).map(({ first, where }) => {
    const kind =
      first.kind === "weaker" || first.kind === "both"
        ? `**${CHANGE_WORDS[first.kind]}**`
        : CHANGE_WORDS[first.kind];
    return `| ${[kind, cell(where), ...changeCells(first, "\n").map(cell)].join(" | ")} |`;
  });
  const head = ["| | environment | before | after | what that means |", "|---|---|---|---|---|"];
  return [...intro, ...head, ...budget.rows(rows, "rows"), ""];
}

function rowsPart(matrix: Matrix, budget: Budget): string[] {
  if (matrix.rows.length === 0) return ["No environments."];
  const rows = foldRows(matrix).map((fold) => {
    const environment = fold.states === "" ? fold.environment : `${fold.environment}\n${fold.states}`;
    const sides = [fold.cells.deploy, fold.cells.approve].map((lines) =>
      lines
        .map((line) => (line.tone === "bad" ? `**${cell(lineText(line))}**` : cell(lineText(line))))
        .join("<br>"),
    );
    return `| ${[...[fold.first.environment.tier, fold.project, environment].map(cell), ...sides].join(" | ")} |`;
  });
  const head = ["| tier | project | environment | can deploy | must approve |", "|---|---|---|---|---|"];
  return [...head, ...budget.rows(rows, "rows")];
}

function findingsPart(matrix: Matrix, budget: Budget): string[] {
  if (matrix.findings.length === 0) return ["Nothing to look at."];
  const rows = foldFindings(matrix.findings).map(({ first, about }) => {
    const mark =
      first.accepted === undefined
        ? SEVERITY_WORDS[first.severity]
        : `accepted until ${first.accepted.until}`;
    const then = first.accepted === undefined ? first.fix : first.accepted.reason;
    return `| ${mark} | ${cell(about)} | ${cell(first.reason)} *${cell(then)}* |`;
  });
  const open = openFindings(matrix).length === 0 ? ["Nothing to look at but what is accepted.", ""] : [];
  return [
    ...open,
    "| finding | about | what and why, *what to do* |",
    "|---|---|---|",
    ...budget.rows(rows, "findings"),
  ];
}
