import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import { list, map, needed, object, optional, type PartArgs, type PartValues } from "../../fields/compound";
import { type Failure, oneOf, rule, type Schema, type Simple } from "../../fields/schema";
import { textsIn } from "../../fields/secrets";
import { isUnknown } from "../../fields/unknowns";

/** Variables and inputs of a pipeline. No failure says a value: it may be a secret, and failures are printed in clear. */

// https://docs.gitlab.com/ci/variables/#for-a-project
const KEY = /^[A-Za-z0-9_]{1,255}$/;

const key: Simple<string> = rule({ kind: "text" }, (value) =>
  typeof value === "string" && KEY.test(value) ? undefined : "must be 1–255 letters, digits and _",
);
const value: Simple<string> = rule({ kind: "text" }, (value) =>
  typeof value === "string" ? undefined : `must be a string, not ${kindOf(value)}`,
);

const parts = {
  /** 1–255 letters, digits and `_`; unique in the pipeline. */
  key: needed(key),
  /**
   * Give secrets as `pulumi.secret(…)` or from `config.requireSecret`: then they are in no state, output or error in clear.
   * GitLab shows them to Maintainers, and to whoever started the pipeline.
   */
  value: needed(value),
  /** `env_var`, or `file`: the variable holds the name of a file with the value. Default: `env_var`. */
  variableType: optional({
    ...oneOf(["env_var", "file"]),
    normalise: (value: unknown) => (value === "env_var" ? undefined : value),
  }),
};

/** A variable of a pipeline, as declared. */
export interface PipelineVariableArgs extends PartArgs<typeof parts> {}

/** A variable of a pipeline, checked; `env_var` where it has no type. */
export type Variable = PartValues<typeof parts>;

/** GitLab keeps no order. */
export const variableList: Schema<
  Variable[],
  Variable[],
  pulumi.Input<pulumi.Input<PipelineVariableArgs>[]>
> = {
  ...list(object(parts, "must be an object with key and value"), {
    say: "must be a list of { key, value }",
    among: repeatedKeys,
    same: (a, b) => isDeepStrictEqual(byKey(a), byKey(b)),
  }),
  secrets: (value) =>
    (Array.isArray(value) ? (value as (Partial<Variable> | null)[]) : []).flatMap((variable) =>
      textsIn(variable?.value).map((text) => [`value of ${String(variable?.key)}`, text] as const),
    ),
};

/** GitLab refuses the whole pipeline for a repeated key. */
function repeatedKeys(items: readonly unknown[], path: string): Failure[] {
  const keys = items.map((item) => (item as Partial<Variable> | null)?.key);
  return keys.flatMap((key, i) =>
    typeof key === "string" && !isUnknown(key) && keys.indexOf(key) < i
      ? [{ property: `${path}[${i}].key`, reason: `repeats the key of ${path}[${keys.indexOf(key)}]` }]
      : [],
  );
}

function byKey(value: unknown): Variable[] {
  return [...(value as Variable[])].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const input: Simple<unknown> = rule({ kind: "anything" }, (value) =>
  ["string", "number", "boolean"].includes(typeof value) ||
  (Array.isArray(value) && value.every((item) => item !== null && typeof item !== "function"))
    ? undefined
    : `must be a string, number, boolean or list, not ${kindOf(value)}`,
);

/** Inputs of the pipeline's configuration. */
export const inputValues: ReturnType<typeof map<unknown, unknown>> = {
  ...map(input, "must be an object of values by input name"),
  secrets: (value) =>
    Object.entries(value as object).flatMap(([name, item]) =>
      textsIn(item).map((text) => [`input ${name}`, text] as const),
    ),
};

/** The arguments of a pipeline that may hold secrets. */
export const secretParts = { variables: variableList, inputs: inputValues };

function kindOf(value: unknown): string {
  if (value == null) return "nothing";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
