/**
 * Text that a server or another person wrote, on its way to people. The order is: redact, then clean, then cut; what is cut
 * or cleaned first can hide a secret from redaction. One function for each place where it is shown.
 */

/** Terminal escape sequences first (they hold printable characters too), then what is left of control and bidi characters. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}]+/gu;
const SPACES = /[\p{Cc}\s]+/gu;

/** One line without anything that a terminal would act on, or that would make it read as something else. */
export function clean(text: string): string {
  return text.replace(ESCAPES, "").replace(INVISIBLE, "").replace(SPACES, " ").trim();
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

/** Control characters steer terminals; bidirectional ones make a name read as another one. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with a visible mark in place of every character that would not show, or would change how the rest shows. */
export function plain(text: unknown): string {
  return String(text).replace(UNPRINTABLE, "\ufffd");
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
