/** Text on its way to a terminal, a page or a note. */

export { cleanLines, escapeHtml, escapeMarkdown, visibly, plain, units, UNSEEN } from "../text/show";

/** Words in lines of at most that width; a longer word has a line of its own. */
export function filled(words: readonly string[], width: number): string[] {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** `1 project`, `2 projects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
