import { isObject, isSecret, unwrap, type Value } from "./values";

/** As the engine, which is written in Go, prints a value inside a message. */
export function goValue(value: Value | undefined): string {
  if (value === undefined || value === null) return "{<nil>}";
  if (isSecret(value)) return "{&{%s}}".replace("%s", goValue(unwrap(value)));
  if (Array.isArray(value)) return `{[${value.map(goValue).join(" ")}]}`;
  if (isObject(value)) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{map[${fields.map(([key, inner]) => `${key}:${goValue(inner)}`).join(" ")}]}`;
  }
  return `{${value}}`;
}
