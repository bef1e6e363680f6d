import { AccessLevel, GroupInheritanceType } from "../../lifecycle/access/subjects";
import type { Code, Literal } from "./code";
import { type Declaration, declarations, isExact, type ProgramOptions } from "./declarations";
import { codePoint, comments, escaped } from "./escape";
import { identifier, Labels } from "./names";
import { headerNotes, toDecide } from "./program";
import type { Existing } from "./read";

/** A program in Pulumi YAML: literals, and references of its own to its own resources. This file alone makes YAML. */

const ADOPT =
  'Each "adopt: true" takes over what exists instead of failing on it. After the first "pulumi up" they can go.';

/** What a program in YAML calls its surroundings, and words that are no texts to one reader of YAML or another. */
const RESERVED = ["pulumi", "true", "false", "yes", "no", "on", "off", "y", "n", "null"];

export function writeYaml(existing: Existing, options: ProgramOptions): string {
  const all = [...declarations(existing, options).values()];
  const names = new Labels(RESERVED);
  const keys = new Map(all.map((each) => [each, names.take(identifier(each.label))]));
  const notes = [...headerNotes(existing, options), ...(all.length > 0 ? [ADOPT] : [])];
  const resources = all.flatMap((each) => resource(each, keys));
  return [
    ...notes.flatMap((note) => comments(note, "", "#")),
    all.some(isExact) ? "resources:" : "resources: {}",
    ...resources,
    "",
  ].join("\n");
}

type Keys = ReadonlyMap<Declaration, string>;

function resource(declaration: Declaration, keys: Keys): string[] {
  const { kind, label, args, dependsOn, protect } = declaration;
  const key = keys.get(declaration) ?? "";
  const references = dependsOn.map((each) => `      - \${${keys.get(each)}}`);
  const options = [
    ...(references.length === 0 ? [] : ["    dependsOn:", ...references]),
    ...(protect ? ["    protect: true"] : []),
  ];
  const lines = [
    `${key}:`,
    `  type: gitlab-cd:index:${kind}`,
    ...(label === key ? [] : [`  name: ${scalar(label)}`]),
    "  properties:",
    ...block(args, "    "),
    ...(options.length === 0 ? [] : ["  options:", ...options]),
  ];
  if (isExact(declaration)) return lines.map((line) => `  ${line}`);
  return [...comments(toDecide(declaration), "  ", "#"), ...lines.map((line) => `  # ${line}`)];
}

function block(code: Code, indent: string): string[] {
  if ("object" in code) {
    return code.object.flatMap(({ key, value }) => {
      const flat = flatText(value);
      return flat === undefined
        ? [`${indent}${key.text}:`, ...block(value, `${indent}  `)]
        : [`${indent}${key.text}: ${flat}`];
    });
  }
  if (!("array" in code)) return [];
  return code.array.flatMap(({ value, notes }) => {
    const [first = "", ...rest] = block(value, `${indent}  `);
    return [
      ...notes.flatMap((note) => comments(note, indent, "#")),
      `${indent}- ${flatText(value) ?? first.trimStart()}`,
      ...rest,
    ];
  });
}

function flatText(code: Code): string | undefined {
  if ("literal" in code) return scalar(code.literal);
  if ("name" in code) return scalar(constant(code.name.text));
  if ("object" in code) return code.object.length === 0 ? "{}" : undefined;
  if ("array" in code) return code.array.length === 0 ? "[]" : undefined;
  throw new Error("A text with a variable in it has no place in data.");
}

const CONSTANTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AccessLevel,
  GroupInheritanceType,
};

/** `gitlab.AccessLevel.Developer` → 30. */
function constant(text: string): number {
  const [, of = "", name = ""] = text.split(".");
  const value = CONSTANTS[of]?.[name];
  if (value === undefined) throw new Error(`${text} is no constant.`);
  return value;
}

const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$/;

/**
 * Every `$` is doubled: Pulumi reads `$$` as a dollar, and `${` as a question. What is no character by itself is written as the sign
 * for that: YAML has no other way.
 */
function scalar(value: Literal): string {
  if (typeof value !== "string") return String(value);
  const text = value.replaceAll("$", "$$$$").replace(/\p{Cs}/gu, "\ufffd");
  return PLAIN.test(text) && !RESERVED.includes(text.toLowerCase()) ? text : escaped(text, codePoint);
}
