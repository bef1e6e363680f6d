import { numberIn, shownNumber } from "../values/numbers";
import { equal, isObject, isSecret, isUnknown, type Props, type Value } from "../values/values";

export interface PropertyChange {
  readonly symbol: "+" | "-" | "~";
  readonly key: string;
}

/** The loader text is the same for all resources of a kind and says nothing to a reader. */
const hidden = new Set(["__provider"]);

export function propertyDiff(before: Props, after: Props): PropertyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => !hidden.has(key) && !equal(before[key], after[key]))
    .map((key) => {
      if (before[key] === undefined) return { symbol: "+", key };
      return after[key] === undefined ? { symbol: "-", key } : { symbol: "~", key };
    });
}

export function shownValue(value: Value): string {
  if (isSecret(value)) return "[secret]";
  if (isUnknown(value)) return "[unknown]";
  if (Array.isArray(value)) return `[${value.map(shownValue).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const number = numberIn(value);
  if (number !== undefined) return shownNumber(number);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${shownValue(inner)}`);
  return `{${fields.join(", ")}}`;
}

/** The changed properties, one a line, lists and objects entry by entry. */
export function propertyLines(before: Props, after: Props, indent = "    "): string[] {
  return propertyDiff(before, after).flatMap(({ symbol, key }) => {
    const [old, now] = [before[key], after[key]];
    if (symbol === "+") return [`${indent}+ ${key}: ${shownValue(now ?? null)}`];
    if (symbol === "-") return [`${indent}- ${key}: ${shownValue(old ?? null)}`];
    if (isPlainContainer(old) && isPlainContainer(now) && Array.isArray(old) === Array.isArray(now)) {
      const inner = propertyLines(asProps(old), asProps(now), `${indent}    `);
      return [`${indent}~ ${key}:`, ...inner];
    }
    return [`${indent}~ ${key}: ${shownValue(old ?? null)} => ${shownValue(now ?? null)}`];
  });
}

const isPlainContainer = (value: Value | undefined): value is Value[] | Props =>
  (Array.isArray(value) || isObject(value)) && !isSecret(value) && numberIn(value) === undefined;
const asProps = (value: Value[] | Props): Props =>
  Array.isArray(value) ? Object.fromEntries(value.map((item, i) => [`[${i}]`, item])) : value;
