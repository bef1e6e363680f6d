/** Text on its way to a terminal, a page or a note. */

export { cleanLines, escapeHtml, escapeMarkdown, visibly, plain, UNSEEN } from "../text/show";

/** `1 project`, `2 projects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
