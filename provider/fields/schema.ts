import type * as pulumi from "@pulumi/pulumi";

/** One thing wrong with a declaration, named by its property path. */
export interface Failure {
  property: string;
  reason: string;
}

/** What a value is, for whoever describes it: documents, and schemas of other languages. */
export type ValueType =
  | { readonly kind: "text"; readonly values?: readonly string[] }
  | { readonly kind: "integer" }
  | { readonly kind: "flag" }
  | { readonly kind: "anything" }
  | { readonly kind: "list" | "map"; readonly of: ValueType }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Described>> }
  | { readonly kind: "either"; readonly of: readonly ValueType[] };

export interface Described {
  readonly type: ValueType;
  readonly required: boolean;
}

/** Values that may be secret, by the name that is shown in their place. */
export type Secrets = readonly (readonly [name: string, value: string])[];

/**
 * What a value must look like, in the words a user reads. `Checked` is what `check` hands on, `Plain` what a caller may write,
 * `Arg` what a program may write, where any part may come from another resource.
 * Unknown values pass at any depth. What comes from a secret arrives in clear, and failures are printed in clear: a text is
 * repeated only where it is `open`, or short and plain enough to be a misspelt word.
 */
export interface Schema<Checked = unknown, Plain = unknown, Arg = unknown> {
  readonly type: ValueType;
  /** Faults of a known value; `path` names it. */
  faults(value: unknown, path: string): Failure[];
  /** The one spelling of a valid value that is kept in state; `undefined` means "as if not declared". */
  normalise?(value: unknown): unknown;
  /** Equality of two known values; deep equality where nothing else is said. */
  same?(a: unknown, b: unknown): boolean;
  /** What of a known value may be secret; every text in it where nothing else is said. */
  secrets?(value: unknown): Secrets;
  /** For the compiler only. */
  readonly types?: { readonly checked: Checked; readonly plain: Plain; readonly arg: Arg };
}

/** A schema whose parts cannot come from anywhere by themselves. */
export type Simple<Checked, Plain = Checked> = Schema<Checked, Plain, pulumi.Input<Plain>>;

/** A rule of one sentence. */
export function rule<Checked, Plain = Checked>(
  type: ValueType,
  fault: (value: unknown) => string | undefined,
  more: Pick<Schema, "normalise" | "same" | "secrets"> = {},
): Simple<Checked, Plain> {
  return {
    type,
    faults: (value, property) => {
      const reason = fault(value);
      return reason === undefined ? [] : [{ property, reason }];
    },
    ...more,
  };
}

export interface TextRule {
  max?: number;
  /** A pattern and what to say when it does not match. */
  matches?: { pattern: RegExp; say: string };
  /** GitLab stores an empty text as null: declaring "" is the same as declaring nothing. */
  emptyIsNone?: boolean;
  /** Stands in clear anyway, in ids and lists: failures show it, and it is left in GitLab's words. */
  open?: boolean;
}

/** Of a schema whose texts stand in clear. */
export const open = { secrets: (): Secrets => [] };

/** 10,000 characters where nothing else is said: no text that GitLab takes here is longer. */
export function text({ max = 10_000, matches, emptyIsNone, open: isOpen }: TextRule = {}): Simple<string> {
  const fault = (value: unknown): string | undefined => {
    if (typeof value !== "string") return `must be a string${isOpen ? `, got ${show(value)}` : ""}`;
    if (value === "") return emptyIsNone ? undefined : "must not be empty";
    const length = [...value].length;
    if (length > max) return `is too long: ${length} characters, GitLab takes ${max}`;
    if (!matches || matches.pattern.test(value)) return undefined;
    return isOpen ? `${matches.say}, got ${show(value, true)}` : matches.say;
  };
  return rule({ kind: "text" }, fault, {
    ...(emptyIsNone ? { normalise: (value) => (value === "" ? undefined : value) } : {}),
    ...(isOpen ? open : {}),
  });
}

export function oneOf<const V extends string>(values: readonly V[]): Simple<V> {
  return rule({ kind: "text", values }, (value) =>
    values.includes(value as V) ? undefined : `must be one of ${values.join(", ")}, got ${show(value)}`,
  );
}

export function flag(): Simple<boolean> {
  return rule({ kind: "flag" }, (value) =>
    typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`,
  );
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Simple<number> {
  return rule({ kind: "integer" }, (value) => {
    if (!Number.isSafeInteger(value)) return `must be a whole number, got ${show(value)}`;
    if ((value as number) < least) return `must be at least ${least}, got ${show(value)}`;
    return (value as number) > most ? `must be at most ${most}, got ${show(value)}` : undefined;
  });
}

/** A number that GitLab gave something. Other providers' outputs hold it as text: `"7"` is kept as 7. */
export function numericId(): Simple<number, number | string> {
  const number = (value: unknown): unknown =>
    typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  const whole = integer(1);
  return {
    type: whole.type,
    faults: (value, path) => whole.faults(number(value), path),
    normalise: number,
  };
}

/** Take over what exists; `"overwrite"` also where a live protection is stricter than the declaration. */
export const adoptChoice: Simple<boolean | "overwrite"> = rule(
  { kind: "either", of: [{ kind: "flag" }, { kind: "text", values: ["overwrite"] }] },
  (value) =>
    typeof value === "boolean" || value === "overwrite"
      ? undefined
      : `must be true, false or "overwrite", got ${show(value)}`,
);

const ISO_DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO 8601 point in time. */
export function date(): Simple<string> {
  const fault = (value: unknown): string | undefined =>
    typeof value === "string" && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : 'must be an ISO 8601 date, such as "2026-01-31" or "2026-01-31T12:00:00Z"';
  return rule({ kind: "text" }, fault, open);
}

const WORD = /^[\w .-]{0,20}$/;

/** A value as it is named in a sentence: a text as it stands where it is open or may be a misspelt word. */
export function show(value: unknown, isOpen = false): string {
  if (typeof value === "string") {
    if (!isOpen && !WORD.test(value)) return "another text";
    const shown = JSON.stringify(value);
    return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
  }
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Values that mean nothing to us: whenever one of them changes, the resource is made anew. */
export const triggerValues: Simple<readonly unknown[] | Readonly<Record<string, unknown>>> = rule(
  { kind: "anything" },
  (value) => (typeof value === "object" ? undefined : "must be a list or an object of values"),
);

/** What the server says in a shape of its own; nobody declares it. */
export function given<T>(type: ValueType = { kind: "anything" }): Simple<T> {
  return rule(type, () => undefined);
}
