import { isDeepStrictEqual } from "node:util";

import type { Failure, Field, Props } from "../fields";
import { isUnknown } from "../unknowns";

/** A variable of a pipeline, checked. */
export interface Variable {
  key: string;
  value: string;
  /** `env_var` where absent. */
  variableType?: "env_var" | "file";
}

// https://docs.gitlab.com/ci/variables/#for-a-project
const KEY = /^[A-Za-z0-9_]{1,255}$/;
const TYPES = ["env_var", "file"];
const KNOWN = ["key", "value", "variableType"];

/** No failure says a value: it may be a secret, and failures are printed in clear. */
export const variablesField: Field = {
  type: { kind: "anything" },
  role: "identity",
  presence: "optional",
  faults: (value, path) => {
    if (!Array.isArray(value)) return [{ property: path, reason: "must be a list of { key, value }" }];
    return [
      ...value.flatMap((item, i) => (isUnknown(item) ? [] : itemFaults(item, `${path}[${i}]`))),
      ...repeatedKeys(value, path),
    ];
  },
  normalise: (value) => (value as unknown[]).map(withoutDefault),
  // GitLab keeps no order.
  same: (a, b) => isDeepStrictEqual(byKey(a), byKey(b)),
};

function itemFaults(item: unknown, path: string): Failure[] {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    return [{ property: path, reason: "must be an object with key and value" }];
  const { key, value, variableType } = item as Props;
  const failures: Failure[] = Object.keys(item)
    .filter((name) => !KNOWN.includes(name))
    .map((name) => ({
      property: `${path}.${name}`,
      reason: `is not an argument; known are ${KNOWN.join(", ")}`,
    }));
  if (!isUnknown(key) && (typeof key !== "string" || !KEY.test(key)))
    failures.push({ property: `${path}.key`, reason: "must be 1–255 letters, digits and _" });
  if (typeof value !== "string")
    failures.push({ property: `${path}.value`, reason: `must be a string, not ${kindOf(value)}` });
  if (variableType != null && !isUnknown(variableType) && !TYPES.includes(variableType as string))
    failures.push({ property: `${path}.variableType`, reason: `must be one of ${TYPES.join(", ")}` });
  return failures;
}

/** GitLab refuses the whole pipeline for a repeated key. */
function repeatedKeys(items: unknown[], path: string): Failure[] {
  const keys = items.map((item) => (item as Partial<Variable> | null)?.key);
  return keys.flatMap((key, i) =>
    typeof key === "string" && !isUnknown(key) && keys.indexOf(key) < i
      ? [{ property: `${path}[${i}].key`, reason: `repeats the key of ${path}[${keys.indexOf(key)}]` }]
      : [],
  );
}

function withoutDefault(item: unknown): unknown {
  if (isUnknown(item)) return item;
  const { key, value, variableType } = item as Variable;
  return { key, value, ...(variableType == null || variableType === "env_var" ? {} : { variableType }) };
}

function byKey(value: unknown): Variable[] {
  return [...(value as Variable[])].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const isInput = (value: unknown): boolean =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((item) => item !== null && typeof item !== "function"));

/** Inputs of the pipeline's configuration. As with variables, no failure says a value. */
export const inputsField: Field = {
  type: { kind: "anything" },
  role: "identity",
  presence: "optional",
  faults: (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [{ property: path, reason: "must be an object of values by input name" }];
    return Object.entries(value)
      .filter(([, item]) => !isInput(item))
      .map(([name, item]) => ({
        property: `${path}.${name}`,
        reason: `must be a string, number, boolean or list, not ${kindOf(item)}`,
      }));
  },
};

function kindOf(value: unknown): string {
  if (value == null) return "nothing";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
