/**
 * A little of TypeScript as data. Text from GitLab can stand in it as a literal or as a comment, and nowhere else: there is no
 * part of it that is printed as it is. What names say is checked where they are made.
 */
export type Code =
  | { readonly literal: Literal }
  | { readonly name: Name }
  | { readonly template: { readonly before: string; readonly name: Name } }
  | { readonly object: readonly Property[]; readonly open: boolean }
  | { readonly array: readonly Item[] };

export type Literal = string | number | boolean;

export interface Property {
  readonly key: Name;
  readonly value: Code;
}

export interface Item {
  readonly value: Code;
  /** Paragraphs of comment above it. */
  readonly notes: readonly string[];
}

/** `new gitlab.Environment("name", {…}, {…})`. */
export interface Construction {
  readonly kind: Name;
  readonly label: Code;
  readonly args: Code;
  readonly options: Code | undefined;
}

/** Paragraphs of comment, and what they are about. */
export interface Statement {
  readonly notes: readonly string[];
  readonly does?:
    | { readonly declare: Name; readonly listOf?: Name; readonly value: Code }
    | { readonly construct: Construction; readonly into?: Name | undefined }
    | {
        readonly each: readonly Name[];
        readonly unpacked: boolean;
        readonly of: Code;
        readonly construct: Construction;
      };
  /** Written as a comment, for a person to take the marks away. */
  readonly disabled?: boolean;
  /** Imports this package, through this door, as `gitlab`. */
  readonly importing?: "pulumi-gitlab-cd" | "pulumi-gitlab-cd/native";
}

const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*$/;

/** A variable, or members of one: `adopt`, `gitlab.AccessLevel.Developer`. */
export class Name {
  readonly text: string;

  constructor(text: string) {
    if (!NAME.test(text)) throw new Error(`${JSON.stringify(text)} is no name.`);
    this.text = text;
  }
}

export const name = (text: string): Code => ({ name: new Name(text) });

export function literal(value: Literal): Code {
  if (typeof value === "string" || typeof value === "boolean" || Number.isFinite(value))
    return { literal: value };
  throw new Error(`${JSON.stringify(value)} is no literal.`);
}

export const array = (values: readonly Code[]): Code => ({
  array: values.map((value) => ({ value, notes: [] })),
});

/** One line where it fits; `open` ones always take several. */
export const object = (properties: Readonly<Record<string, Code | undefined>>, open = false): Code => ({
  object: Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key: new Name(key), value }],
  ),
  open,
});
