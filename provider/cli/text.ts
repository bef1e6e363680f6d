/** Text from GitLab on its way to a terminal, a page or a note. */

/** Control characters steer terminals; bidirectional ones make a name read as another one. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with a visible mark in place of every character that would not show, or would change how the rest shows. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, "\ufffd");
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return plain(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/**
 * With a backslash before whatever Markdown or GitLab's own references (`@user`, `#1`, `!1`, `~label`, `%milestone`, `$1`)
 * would act on. https://docs.gitlab.com/user/markdown/#gitlab-specific-references
 */
export function escapeMarkdown(text: string): string {
  // A bare address would become a link; a space without width in it keeps it text.
  const unlinked = plain(text)
    .replace(/:\/\//g, ":\u200b//")
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\u200b.`);
  return unlinked.replace(/[\\`*_{}[\]()<>#+!|~$%@&^]/g, (character) => `\\${character}`);
}

/** `1 project`, `2 projects`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
