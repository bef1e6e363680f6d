import { filled } from "../../text";

/** SGR codes of the few looks that are used; none of them carries meaning by itself. */
const LOOKS = { bold: "1", dim: "2", error: "31", warning: "33", info: "36", good: "32" } as const;
type Look = keyof typeof LOOKS;
export type Paint = (look: Look, text: string) => string;

export function paint(colours: boolean): Paint {
  return colours ? (look, text) => `\u001b[${LOOKS[look]}m${text}\u001b[0m` : (_look, text) => text;
}

/** Narrower columns break words more than they help. */
export const NARROWEST = 60;
const GAP = 2;

/** Rows under headings, wrapped to the width; what the row above says already in a leading column is left out. */
export function table(
  headings: string[],
  rows: string[][],
  width: number,
  style: Paint,
  leading: number,
): string[] {
  const widths = columnWidths([headings, ...rows], width);
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
  const body = withoutRepeats(rows, leading).flatMap(line);
  return [...line(headings).map((text) => style("bold", text)), ruler, ...body];
}

function withoutRepeats(rows: string[][], leading: number): string[][] {
  return rows.map((row, i) => {
    const above = rows[i - 1];
    let same = above !== undefined;
    return row.map((cell, column) => {
      same &&= column < leading && above?.[column] === cell;
      return same ? "" : cell;
    });
  });
}

/** As wide as the content needs; where that is too much, the widest columns give way first. */
function columnWidths(rows: readonly string[][], width: number): number[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) =>
    rows.reduce((most, row) => Math.max(most, ...(row[i] ?? "").split("\n").map((line) => line.length)), 0),
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
  const words = (paragraph: string) => paragraph.split(" ").flatMap((word) => pieces(word, width));
  return text.split("\n").flatMap((paragraph) => filled(words(paragraph), width));
}

function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  for (let i = 0; i < word.length; i += width) parts.push(word.slice(i, i + width));
  return parts.length > 0 ? parts : [""];
}
