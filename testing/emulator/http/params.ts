import type { Store } from "../model/store";
import { refuse } from "./answers";
import { isRecord, record } from "./form";
import type { Raw } from "./form";

/** How one parameter is declared: GitLab drops the undeclared ones silently and checks these before anything else. */
export interface Field {
  readonly kind: "string" | "integer" | "boolean" | "datetime" | "hash" | "strings" | "integers" | "list";
  readonly required?: true;
  readonly values?: readonly (string | number)[];
  /** Filled in where the parameter is missing or null. */
  readonly fallback?: string | number | boolean;
  /** Any value at all is refused with this sentence. */
  readonly refused?: string;
  /** The elements of a list of hashes. */
  readonly of?: Fields;
  readonly valueRule?: (value: unknown, name: string) => string[];
}
export type Fields = Readonly<Record<string, Field>>;

interface Plain {
  string: string;
  integer: number;
  boolean: boolean;
  datetime: Date;
  hash: Raw;
  strings: string[];
  integers: number[];
  list: Raw[];
}
type Base<F extends { kind: Field["kind"] }> = F extends { kind: "list"; of: infer S extends Fields }
  ? Values<S>[]
  : Plain[F["kind"]];
type Value<F extends Field> = F extends { fallback: unknown }
  ? Base<F>
  : F extends { required: true }
    ? Base<F> | null
    : Base<F> | null | undefined;
export type Values<S extends Fields> = { [K in keyof S]: Value<S[K]> };

export const string = { kind: "string" } as const;
export const integer = { kind: "integer" } as const;
export const boolean = { kind: "boolean" } as const;
export const datetime = { kind: "datetime" } as const;
export const hash = { kind: "hash" } as const;
export const strings = { kind: "strings" } as const;
export const integers = { kind: "integers" } as const;

export const required = <F extends Field>(field: F) => ({ ...field, required: true as const });
export const withDefault = <F extends Field, V extends string | number | boolean>(field: F, fallback: V) => ({
  ...field,
  fallback,
});
export const oneOf = <F extends Field>(field: F, values: readonly (string | number)[]) => ({
  ...field,
  values,
});
export const listOf = <S extends Fields>(of: S) => ({ kind: "list" as const, of });

/** Several parameters at once, such as two that exclude each other; some rules depend on the version. */
export type WholeRule = (params: Raw, store: Store) => string[];

export const exclusive =
  (...names: string[]): WholeRule =>
  (params) =>
    names.filter((name) => name in params).length > 1 ? [`${names.join(", ")} cannot be used together`] : [];

/** All faults at once, joined in one sentence, as Grape answers. */
export function validate<S extends Fields>(
  fields: S,
  raw: Raw,
  rules: readonly WholeRule[],
  store: Store,
): Values<S> {
  const faults: string[] = [];
  const values = check(fields, raw, (name) => name, faults);
  for (const rule of rules) faults.push(...rule(raw, store));
  if (faults.length > 0) throw refuse.invalid(faults);
  return values as Values<S>;
}

function check(fields: Fields, raw: Raw, nameOf: (name: string) => string, faults: string[]): Raw {
  const values = record();
  for (const [key, field] of Object.entries(fields)) {
    const name = nameOf(key);
    const given = key in raw;
    if (field.refused !== undefined && given) faults.push(field.refused);
    else if (field.required && !given) faults.push(`${name} is missing`);
    else if (given || field.fallback !== undefined) values[key] = coerce(field, raw[key], name, faults);
  }
  return values;
}

function coerce(field: Field, value: unknown, name: string, faults: string[]): unknown {
  if (field.kind === "list") return elements(field, value, name, faults);
  if (value == null) return field.fallback ?? (field.kind.endsWith("s") && value === null ? [] : value);
  const coerced = asKind(field.kind, value);
  if (coerced === invalid) {
    faults.push(`${name} is invalid`);
    return undefined;
  }
  const candidates: unknown[] = Array.isArray(coerced) ? coerced : [coerced];
  if (
    coerced !== null &&
    field.values &&
    !candidates.every((each) => field.values?.includes(each as string))
  ) {
    faults.push(`${name} does not have a valid value`);
  }
  faults.push(...(field.valueRule?.(coerced, name) ?? []));
  return coerced ?? field.fallback ?? null;
}

/** JSON null is an empty list; a form may number its elements. */
function elements(field: Field, value: unknown, name: string, faults: string[]): unknown {
  if (value == null || value === "") return [];
  const list: unknown[] | undefined = Array.isArray(value)
    ? value
    : isRecord(value)
      ? numbered(value)
      : undefined;
  if (!list?.every(isRecord)) {
    faults.push(`${name} is invalid`);
    return [];
  }
  return list.map((element, i) => {
    const whole = `${name}[${i}]`;
    return check(field.of ?? {}, element, (key) => `${whole}[${key}]`, faults);
  });
}

function numbered(value: Raw): unknown[] | undefined {
  const keys = Object.keys(value);
  return keys.every((key) => /^\d+$/.test(key)) ? keys.map((key) => value[key]) : undefined;
}

const invalid = Symbol("invalid");

function asKind(kind: Field["kind"], value: unknown): unknown {
  switch (kind) {
    case "string":
      return textOf(value) ?? invalid;
    case "integer":
      return asInteger(value);
    case "boolean":
      return asBoolean(value);
    case "datetime":
      return asDate(value);
    case "hash":
      return isRecord(value) ? value : invalid;
    case "strings":
      return asList(value, textOf);
    case "integers":
      return asList(value, asInteger);
    case "list":
      return invalid;
  }
}

/** Numbers and booleans become text where text is declared; lists and hashes do not. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function asInteger(value: unknown): unknown {
  if (value === "") return null;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : invalid;
}

function asBoolean(value: unknown): unknown {
  if (value === "") return null;
  const text = textOf(value) ?? "";
  if (/^(true|t|1|yes|y|on)$/i.test(text)) return true;
  return /^(false|f|0|no|n|off)$/i.test(text) ? false : invalid;
}

function asDate(value: unknown): unknown {
  if (value === "") return null;
  // In a query string a bare `+` means a space: `…T10:00:00+02:00` must be sent as `%2B02:00`.
  const time = typeof value === "string" && /^\d{4}-\d\d/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? invalid : new Date(time);
}

function asList(value: unknown, convert: (each: unknown) => unknown): unknown {
  if (isRecord(value)) return invalid;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const converted = list.map((each) => convert(each) ?? invalid);
  return converted.includes(invalid) ? invalid : converted;
}
