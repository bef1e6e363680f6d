/**
 * Text that a server or another person wrote, on its way to people. The order is: redact, then clean, then cut; what is cut
 * or cleaned first can hide a secret from redaction. One function for each place where it is shown.
 */

/**
 * What does not show, or changes how the rest shows: control characters steer terminals, bidirectional ones make a name read as
 * another one, and letters that are blanks (of Hangul, of Braille) make two names look the same.
 */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]/gu;
/** No script puts more marks on a letter; a hundred of them cover the lines above. */
const TOO_MANY_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Terminal escape sequences hold printable characters too, so they go first. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
const SPACES = /[\p{Cc}\s]+/gu;

/** For a sentence: one line without anything that a terminal would act on, or that would make it read as something else. */
export function clean(text: string): string {
  const line = text.replace(ESCAPES, "").replace(SPACES, " ");
  return line.replace(UNSEEN, "").replace(TOO_MANY_MARKS, "$1").trim();
}

/** For a text of many lines that is shown as it is: the same, but tabs and line feeds stay. */
export function cleanLines(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").replace(ESCAPES, "");
  return lines
    .replace(UNSEEN, (character) => (/[\n\t]/.test(character) ? character : ""))
    .replace(TOO_MANY_MARKS, "$1");
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** More is nobody's sentence. Cut only after redaction; what is beyond it is never shown, so it need not be redacted. */
const MOST = 200_000;
/** Longer than any secret that could stand across the end. */
const MARGIN = 20_000;

/** For a terminal or an error: one line, redacted, cleaned, cut. */
export function printable(
  text: string,
  redact: (text: string) => string = (same) => same,
  length = 500,
): string {
  const bounded = text.length > MOST ? text.slice(0, MOST) : text;
  // A secret across that end would be seen cut; who prints 500 characters of 200,000 never gets there.
  return cut(clean(redact(bounded).slice(0, Math.max(length, MOST - MARGIN))), length);
}

/** Nobody reads more; what is wrong with a large declaration is said in less. */
const LONGEST_SENTENCE = 10_000;

/** A sentence of ours that names what others have named. What of that may be secret was redacted where it came in. */
export function oneLine(sentence: string): string {
  return printable(sentence, undefined, LONGEST_SENTENCE);
}

/** For JSON and program text: what does not show is written by its number, so that a reader sees what the parser sees. */
export function visibly(text: string): string {
  return text.replace(UNSEEN, (character) => (character === "\n" ? character : units(character)));
}

/** Each UTF-16 unit, as JavaScript and JSON know them. */
export function units(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
    .join("");
}

/** For a name: with a visible mark in place of every character that would not show, or would change how the rest shows. */
export function plain(text: unknown): string {
  return String(text).replace(UNSEEN, "\ufffd").replace(TOO_MANY_MARKS, "$1");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For an HTML page, in text and in quoted attributes. */
export function escapeHtml(text: unknown): string {
  return plain(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * For Markdown: a backslash before whatever it or GitLab's own references (`@user`, `#1`, `!1`, `~label`, `%milestone`,
 * `$1`) would act on, and none of the addresses that become links by themselves.
 * https://docs.gitlab.com/user/markdown/#gitlab-specific-references
 */
export function escapeMarkdown(text: unknown): string {
  // A bare address would become a link; a space without width in it keeps it text.
  const unlinked = plain(text)
    .replace(/:\/\//g, ":\u200b//")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\u200b.`);
  return unlinked.replace(/[\\`*_{}[\]()<>#+!|~$%@&^]/g, (character) => `\\${character}`);
}
