import type { Field } from "./params";
import { isRecord } from "./form";

/** What cannot be taken for the declared type. */
export const invalid = Symbol("invalid");

/** How Grape takes what was sent for the declared type; an empty string is null for everything but text. */
export function asKind(kind: Field["kind"], value: unknown): unknown {
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
      return value === "" ? null : isRecord(value) ? value : invalid;
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

/** As Ruby's `Integer()`: decimals are cut, blanks around and single underscores between the digits are fine. */
function asInteger(value: unknown): unknown {
  if (value === "") return null;
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : invalid;
  const fits = typeof value === "string" && /^\s*[+-]?\d+(_\d+)*\s*$/.test(value);
  return fits ? Number(value.replaceAll("_", "")) : invalid;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
const truths = words("1 on On ON t true True TRUE T y yes Yes YES Y");
const falsehoods = words("0 off Off OFF f false False FALSE F n no No NO N");

/** These spellings and no others: `tRUE` is none of them. */
function asBoolean(value: unknown): unknown {
  if (value === "") return null;
  const text = textOf(value) ?? "";
  if (truths.has(text)) return true;
  return falsehoods.has(text) ? false : invalid;
}

function asDate(value: unknown): unknown {
  if (value === "") return null;
  // In a query string a bare `+` means a space: `…T10:00:00+02:00` must be sent as `%2B02:00`.
  const time = typeof value === "string" && /^\d{4}-\d\d/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? invalid : new Date(time);
}

/** A hash is no list; its members are not looked at. */
function asList(value: unknown, convert: (each: unknown) => unknown): unknown {
  if (isRecord(value)) return invalid;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const converted = list.map((each) => convert(each) ?? invalid);
  return converted.includes(invalid) ? invalid : converted;
}
