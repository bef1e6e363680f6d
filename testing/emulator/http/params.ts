import type { Store } from "../model/store";
import { refuse } from "./answers";
import { asKind, invalid } from "./coerce";
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

/** All faults at once, each told once, joined in one sentence, as Grape answers. */
export function validate<S extends Fields>(
  fields: S,
  raw: Raw,
  rules: readonly WholeRule[],
  store: Store,
): Values<S> {
  const faults: string[] = [];
  const values = check(fields, raw, undefined, faults);
  for (const rule of rules) faults.push(...rule(raw, store));
  if (faults.length > 0) throw refuse.invalid(byParameter(new Set(faults)));
  return values as Values<S>;
}

/** What is said of one parameter stands together, where its first fault stood. */
function byParameter(faults: Iterable<string>): string[] {
  const groups = new Map<string, string[]>();
  for (const fault of faults) {
    const [name = ""] = fault.split(" ", 1);
    groups.set(name, [...(groups.get(name) ?? []), fault]);
  }
  return [...groups.values()].flat();
}

/** `within` is the element of a list that the fields belong to; undefined for the request's own. */
function check(fields: Fields, raw: Raw, within: string | undefined, faults: string[]): Raw {
  const values = record();
  for (const [key, field] of Object.entries(fields)) {
    const name = within === undefined ? key : `${within}[${key}]`;
    const given = key in raw;
    if (field.refused !== undefined && given) faults.push(field.refused);
    if (field.required && !given) faults.push(`${name} is missing`);
    if (field.required && field.values && raw[key] == null && within === undefined)
      faults.push(`${name} does not have a valid value`);
    else if (given || field.fallback !== undefined) values[key] = coerce(field, raw[key], name, faults);
  }
  return values;
}

function coerce(field: Field, value: unknown, name: string, faults: string[]): unknown {
  if (field.kind === "list") return elements(field, value, name, faults);
  if (value == null) return field.fallback ?? (field.kind.endsWith("s") && value === null ? [] : value);
  const coerced = asKind(field.kind, value);
  if (coerced === invalid) faults.push(`${name} is invalid`);
  // What could not be coerced is held against the rules as it came: both faults are told.
  const held = coerced === invalid ? value : coerced;
  const candidates: unknown[] = Array.isArray(held) ? held : [held];
  if (held !== null && field.values && !candidates.every((each) => field.values?.includes(each as string)))
    faults.push(`${name} does not have a valid value`);
  faults.push(...(field.valueRule?.(held, name) ?? []));
  return coerced === invalid ? undefined : (coerced ?? field.fallback ?? null);
}

/** JSON null is an empty list; a hash is none, not even one with numbers for keys. */
function elements(field: Field, value: unknown, name: string, faults: string[]): unknown {
  if (value == null || value === "") return [];
  if (!Array.isArray(value) || !value.every(isRecord)) {
    faults.push(`${name} is invalid`);
    return [];
  }
  return value.map((element, i) => check(field.of ?? {}, element, `${name}[${i}]`, faults));
}
