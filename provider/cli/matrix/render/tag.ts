import { escapeHtml } from "../../text";

/** Markup that is safe to stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | false | readonly Part[];

/**
 * Markup out of a template: whatever is put into it is escaped, unless it is markup already. Indentation is for readers of
 * the source, and left out of the page.
 */
export function html(fixed: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(
    fixed.reduce((text, next, i) => text + markup(parts[i - 1]) + next.replace(/\n\s+/g, "\n")),
  );
}

function markup(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(markup).join("");
  return escapeHtml(String(part));
}

/** Text of our own that must not be escaped: a style sheet, a script. */
export function verbatim(text: string): Html {
  return new Html(text);
}
