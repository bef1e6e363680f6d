/** A little of TypeScript as data, and its text as Prettier would lay it out. */
export type Code =
  | { readonly raw: string }
  | { readonly object: readonly Property[]; readonly open?: boolean }
  | { readonly array: readonly Item[] };

export interface Property {
  readonly key: string;
  readonly value: Code;
}

export interface Item {
  readonly value: Code;
  /** Lines of comment above it. */
  readonly notes: readonly string[];
}

export const WIDTH = 80;
const STEP = "  ";

export const raw = (text: string): Code => ({ raw: text });
export const literal = (value: string | number | boolean): Code =>
  raw(typeof value === "string" ? quoted(value) : String(value));
export const array = (values: readonly Code[]): Code => ({
  array: values.map((value) => ({ value, notes: [] })),
});
/** One line where it fits; `open` ones always take several. */
export const object = (properties: Readonly<Record<string, Code | undefined>>, open = false): Code => ({
  object: Object.entries(properties).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
  open,
});

/** The quotes that need fewer backslashes, double ones on a tie. */
export function quoted(text: string): string {
  const double = JSON.stringify(text);
  const count = (mark: string) => text.split(mark).length - 1;
  if (count('"') <= count("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Inside of backquotes. */
export function templatePart(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/`|\$\{/g, "\\$&");
}

/**
 * The text of `code`, its first line beginning at column `used`, everything after it indented by `indent`. `after` is what
 * has to fit on its last line too.
 */
export function print(code: Code, indent: string, used: number, after = 1): string {
  const flat = flatText(code);
  if (flat !== undefined && used + flat.length + after <= WIDTH) return flat;
  if ("raw" in code) return code.raw;
  const deeper = indent + STEP;
  const lines =
    "object" in code
      ? code.object.map((property) => `${deeper}${printProperty(property, deeper)},`)
      : code.array.flatMap(({ value, notes }) => [
          ...notes.flatMap((note) => paragraph(note, deeper).map((line) => deeper + comment(line))),
          `${deeper}${print(value, deeper, deeper.length)},`,
        ]);
  const [left, right] = "object" in code ? "{}" : "[]";
  return [left, ...lines, indent + right].join("\n");
}

function printProperty({ key, value }: Property, indent: string): string {
  if (isShorthand(key, value)) return key;
  return assigned(`${key}:`, value, indent);
}

/** A value after `key:` or `const name =`; a word that does not fit goes onto a line of its own. */
export function assigned(head: string, value: Code, indent: string): string {
  const used = indent.length + head.length + 1;
  const alone = "raw" in value && used + value.raw.length + 1 > WIDTH;
  return alone ? `${head}\n${indent}${STEP}${value.raw}` : `${head} ${print(value, indent, used)}`;
}

/** On one line, or undefined for what never is. */
function flatText(code: Code): string | undefined {
  if ("raw" in code) return code.raw;
  if ("object" in code) {
    if (code.object.length === 0) return "{}";
    const parts = code.object.map(({ key, value }) =>
      isShorthand(key, value) ? key : joined(`${key}: `, flatText(value)),
    );
    return code.open || parts.includes(undefined) ? undefined : `{ ${parts.join(", ")} }`;
  }
  const parts = code.array.map(({ value, notes }) => (notes.length > 0 ? undefined : flatText(value)));
  return parts.includes(undefined) || isTable(code.array) ? undefined : `[${parts.join(", ")}]`;
}

/** Prettier gives each of several objects with several fields a line. */
function isTable(items: readonly Item[]): boolean {
  return items.length > 1 && items.every(({ value }) => "object" in value && value.object.length > 1);
}

const joined = (head: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : head + text;
const isShorthand = (key: string, value: Code): boolean => "raw" in value && value.raw === key;

/** Names from GitLab must not end the comment. */
export function comment(text: string): string {
  return `// ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ")}`;
}

/** Breaks a sentence into lines of comment. */
export function paragraph(text: string, indent = ""): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1] ?? "";
    if (line !== "" && indent.length + 3 + line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
