import { plain } from "../../text";
import { lineText } from "../cells";
import { CHANGE_WORDS, changeCells, type Changes, changesSummary, foldChanges } from "../changes/fold";
import { foldFindings, foldRows } from "../fold";
import { dateOf, hostOf, SEVERITY_WORDS, summary } from "../head";
import type { Finding, Matrix } from "../model";
import { NARROWEST, type Paint, paint, table, wrap } from "./table";

export interface TerminalView {
  readonly width: number;
  readonly colours: boolean;
  readonly changes: Changes | undefined;
  /** Leave out the matrix itself. */
  readonly changesOnly: boolean;
}

const HEADINGS = ["tier", "project", "environment", "can deploy", "must approve"];

/** The matrix as a table of text, wrapped to the width of the terminal; findings below it. */
export function renderTerminal(matrix: Matrix, view: TerminalView): string {
  const style = paint(view.colours);
  const width = Math.max(view.width, NARROWEST);
  const lines = [
    style(
      "bold",
      `Who can deploy and who must approve: ${plain(matrix.facts.scope)} on ${plain(hostOf(matrix))}, ${dateOf(matrix)}`,
    ),
    summary(matrix),
    "",
    ...(view.changes === undefined ? [] : changesText(view.changes, width, style)),
    ...(view.changesOnly
      ? []
      : [...rows(matrix, width, style), "", ...findings(matrix.findings, width, style)]),
  ];
  return `${lines.join("\n")}\n`;
}

const plainLines = (cell: string): string => cell.split("\n").map(plain).join("\n");

function rows(matrix: Matrix, width: number, style: Paint): string[] {
  if (matrix.rows.length === 0) return ["No environments."];
  const cells = foldRows(matrix).map((fold) => [
    fold.first.environment.tier,
    fold.project,
    fold.states === "" ? fold.environment : `${fold.environment}\n${fold.states}`,
    fold.cells.deploy.map(lineText).join("\n"),
    fold.cells.approve.map(lineText).join("\n"),
  ]);
  return table(
    HEADINGS,
    cells.map((row) => row.map(plainLines)),
    width,
    style,
    2,
  );
}

function changesText(changes: Changes, width: number, style: Paint): string[] {
  const title = style("bold", plain(changesSummary(changes)));
  const notes = changes.notes.flatMap((note) => wrap(`note: ${plain(note)}`, width));
  if (changes.all.length === 0) return [title, ...notes, ""];
  const cells = foldChanges(changes).map((fold) => [
    CHANGE_WORDS[fold.first.kind],
    fold.where,
    ...changeCells(fold.first, "\n"),
  ]);
  return [
    title,
    ...notes,
    "",
    ...table(
      ["", "environment", "before", "after", "what that means"],
      cells.map((row) => row.map(plainLines)),
      width,
      style,
      1,
    ),
    "",
  ];
}

function findings(all: readonly Finding[], width: number, style: Paint): string[] {
  if (all.length === 0) return [style("good", "Nothing to look at.")];
  return foldFindings(all).flatMap(({ first, about }) => {
    const mark = (first.accepted === undefined ? SEVERITY_WORDS[first.severity] : "accepted").padEnd(9);
    const indent = " ".repeat(mark.length);
    const paragraph = (text: string) => wrap(plain(text), width - indent.length).map((line) => indent + line);
    const heading = `${style(first.severity, mark)}${style("bold", plain(about))} ${style("dim", first.code)}`;
    const body = paragraph(first.reason);
    if (first.accepted !== undefined) {
      return [
        heading,
        ...body,
        ...paragraph(`→ accepted until ${first.accepted.until}: ${first.accepted.reason}`),
      ];
    }
    return [heading, ...body, ...paragraph(`→ ${first.fix}`).map((line) => style("dim", line))];
  });
}
