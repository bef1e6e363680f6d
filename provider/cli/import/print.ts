import type { Code, Construction, Item, Name, Property, Statement } from "./code";
import { comments, escaped } from "./escape";

/** The text of a program as Prettier would lay it out. This file alone makes text of code. */

const WIDTH = 80;
const STEP = "  ";

/** Statements of one block follow each other, blocks have a line between them. */
export function printProgram(blocks: readonly (readonly Statement[])[]): string {
  const texts = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map(printStatement).join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function printStatement({ notes, does, disabled, importing }: Statement): string {
  const said = notes.flatMap((text) => comments(text, "", "//"));
  if (importing !== undefined) return `import * as gitlab from "${importing}";`;
  if (does === undefined) return said.join("\n");
  const text = printDoes(does);
  const shown = disabled === true ? text.split("\n").map((line) => `// ${line}`) : [text];
  return [...said, ...shown].join("\n");
}

function printDoes(does: NonNullable<Statement["does"]>): string {
  if ("declare" in does) {
    const type = does.listOf === undefined ? "" : `: ${does.listOf.text}[]`;
    return `${assigned(`const ${does.declare.text}${type} =`, does.value, "")};`;
  }
  if ("each" in does) {
    const names = does.each.map(({ text }) => text).join(", ");
    const head = `for (const ${does.unpacked ? `{ ${names} }` : names} of `;
    const items = print(does.of, "", head.length, 3);
    return `${head}${items}) {\n${STEP}${printConstruction("", does.construct, STEP)}\n}`;
  }
  const into = does.into === undefined ? "" : `const ${does.into.text} = `;
  return printConstruction(into, does.construct, "");
}

/** The last argument hugged, or every argument on its own lines where there are options. */
function printConstruction(
  head: string,
  { kind, label, args, options }: Construction,
  indent: string,
): string {
  const begin = `${head}new ${kind.text}(`;
  const flatLabel = print(label, indent, 0);
  const hugged = `${begin}${flatLabel}, {`;
  if (options === undefined && indent.length + hugged.length <= WIDTH) {
    return `${begin}${flatLabel}, ${print(args, indent, WIDTH)});`;
  }
  const deeper = indent + STEP;
  const given = options === undefined ? [label, args] : [label, args, options];
  const lines = given.map((code) => `${deeper}${print(code, deeper, deeper.length)},`);
  return [begin, ...lines, `${indent});`].join("\n");
}

/**
 * The text of `code`, its first line beginning at column `used`, everything after it indented by `indent`. `after` is what
 * has to fit on its last line too.
 */
export function print(code: Code, indent: string, used: number, after = 1): string {
  const flat = flatText(code);
  if (flat !== undefined && (isWord(code) || used + flat.length + after <= WIDTH)) return flat;
  if (!("object" in code) && !("array" in code)) return "";
  const deeper = indent + STEP;
  const lines =
    "object" in code
      ? code.object.map((property) => `${deeper}${printProperty(property, deeper)},`)
      : code.array.flatMap(({ value, notes }) => [
          ...notes.flatMap((note) => comments(note, deeper, "//")),
          `${deeper}${print(value, deeper, deeper.length)},`,
        ]);
  const [left, right] = "object" in code ? "{}" : "[]";
  return [left, ...lines, indent + right].join("\n");
}

function printProperty({ key, value }: Property, indent: string): string {
  return isShorthand(key, value) ? key.text : assigned(`${key.text}:`, value, indent);
}

/** A value after `key:` or `const name =`; a word that does not fit goes onto a line of its own. */
function assigned(head: string, value: Code, indent: string): string {
  const used = indent.length + head.length + 1;
  const flat = isWord(value) ? (flatText(value) ?? "") : "";
  const alone = used + flat.length + 1 > WIDTH && flat !== "";
  return alone ? `${head}\n${indent}${STEP}${flat}` : `${head} ${print(value, indent, used)}`;
}

/** On one line, or undefined for what never is. */
function flatText(code: Code): string | undefined {
  if ("literal" in code)
    return typeof code.literal === "string" ? quoted(code.literal) : String(code.literal);
  if ("name" in code) return code.name.text;
  if ("template" in code) return `\`${templateText(code.template.before)}\${${code.template.name.text}}\``;
  if ("object" in code) {
    if (code.object.length === 0) return "{}";
    const parts = code.object.map(({ key, value }) =>
      isShorthand(key, value) ? key.text : joined(`${key.text}: `, flatText(value)),
    );
    return code.open || parts.includes(undefined) ? undefined : `{ ${parts.join(", ")} }`;
  }
  const parts = code.array.map(({ value, notes }) => (notes.length > 0 ? undefined : flatText(value)));
  return parts.includes(undefined) || isTable(code.array) ? undefined : `[${parts.join(", ")}]`;
}

const isWord = (code: Code): boolean => !("object" in code) && !("array" in code);

/** Prettier gives each of several objects with several fields a line. */
function isTable(items: readonly Item[]): boolean {
  return items.length > 1 && items.every(({ value }) => "object" in value && value.object.length > 1);
}

const joined = (head: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : head + text;
const isShorthand = (key: Name, value: Code): boolean => "name" in value && value.name.text === key.text;

/** The quotes that need fewer backslashes, double ones on a tie. */
function quoted(text: string): string {
  const double = escaped(text);
  const count = (mark: string) => text.split(mark).length - 1;
  if (count('"') <= count("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Inside of backquotes. */
function templateText(text: string): string {
  return escaped(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/`|\$\{/g, "\\$&");
}
