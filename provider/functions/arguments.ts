import { checkFields, type Props } from "../fields/check";
import { isObject } from "../fields/compound";
import { container } from "../fields/container";
import { connection, identity, ownSetting, steering, type Table } from "../fields/field";
import {
  date,
  flag,
  integer,
  oneOf,
  rule,
  type Failure,
  type Schema,
  type Simple,
  text,
} from "../fields/schema";
import type { PlainArgsOf } from "../fields/types";
import type { Query, QueryValue } from "../gitlab/request/client";
import { snakeKey } from "./camel";

/**
 * The arguments of data functions and actions, as tables of fields. `identity` and `container` fields are part of the
 * path, settings are filters that go into the query, `steering` fields stay here.
 */

/** Arguments of every data function and action. */
export const call = {
  /** Named connection (README, "Configuration"). Default: the default one. */
  connection,
};

/** Arguments of a data function that answers a list. */
export const list = {
  /** Stop after so many items, at least 1. Default: all pages are read. */
  limit: steering(integer(1)),
  ...call,
};

export const inProject = {
  /** Numeric id or full path of the project. */
  project: container("project"),
};
export const inGroup = {
  /** Numeric id or full path of the group. */
  group: container("group"),
};

/** A numeric id in the path. */
export const id = identity(integer(1), { required: true });
/** A name in the path. */
export const name = identity(text({ max: 255, open: true }), { required: true });
export const textFilter = ownSetting(text({ open: true }));
export const flagFilter = ownSetting(flag());
export const idFilter = ownSetting(integer(1));
/** An ISO 8601 point in time. */
export const dateFilter = ownSetting(date());
export const enumFilter = <const V extends string>(...values: V[]) => ownSetting(oneOf(values));

/** A filter of a form of its own, in a sentence. */
function filter<T>(
  reason: string,
  fits: (value: unknown) => boolean,
  normalise: (value: unknown) => unknown = (value) => value,
) {
  const schema: Simple<T> = rule({ kind: "anything" }, (value) => (fits(value) ? undefined : reason), {
    normalise,
  });
  return ownSetting(schema);
}

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isNoneOrAny = (value: unknown): boolean => value === "None" || value === "Any";

/** A list of some of these values. */
export const enumsFilter = <const V extends string>(...values: V[]) =>
  filter<V[]>(
    `must be a list of some of ${values.join(", ")}`,
    (value) => Array.isArray(value) && value.length > 0 && value.every((item) => values.includes(item as V)),
  );

/** A user's id, or `None` or `Any`. */
export const idOrNoneAny = filter<number | "None" | "Any">(
  'must be a numeric id, "None" or "Any"',
  (value) => isId(value) || isNoneOrAny(value),
);

/** Ids of users, or `None` or `Any`. */
export const idsOrNoneAny = (most: number) =>
  filter<number[] | "None" | "Any">(
    `must be a list of 1 to ${most} numeric ids, "None" or "Any"`,
    (value) =>
      isNoneOrAny(value) ||
      (Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isId)),
  );

/** Texts that go over the wire as one, joined by commas. */
export const commaList = <T extends string = string>() =>
  filter<T | T[]>(
    "must be a text or a list of texts without commas",
    (value) =>
      (typeof value === "string" && value !== "") ||
      (Array.isArray(value) &&
        value.length > 0 &&
        value.every((item) => typeof item === "string" && item !== "" && !item.includes(","))),
    (value) => (Array.isArray(value) ? value.join(",") : value),
  );

/** Filters that exclude: `not: { authorId: 1 }`. */
export function nested<T extends Table>(fields: T) {
  const schema: Schema<Props, PlainArgsOf<T>, PlainArgsOf<T>> = {
    type: { kind: "anything" },
    faults: (value, path) =>
      isObject(value)
        ? checkFields(fields, value).failures.map(({ property, reason }) => ({
            property: `${path}.${property}`,
            reason,
          }))
        : [{ property: path, reason: "must be an object of filters" }],
    normalise: (value) => checkFields(fields, value as Props).inputs,
  };
  return ownSetting(schema);
}

/** Two arguments that GitLab refuses together. */
export function exclusive(inputs: Props, one: string, other: string): Failure[] {
  if (inputs[one] === undefined || inputs[other] === undefined) return [];
  return [{ property: one, reason: `cannot be combined with ${other}: GitLab takes one of them` }];
}

/** A refusal of ours, for who called: one without a stack. The SDK knows it by its mark (`pulumi.RunError.isInstance`). */
export class CallError extends Error {
  readonly __pulumiRunError = true;
  override readonly stack = "";
}

/** Checks arguments as GitLab would. The error names the function and each argument; nothing has been sent by then. */
export function checkArgs(
  caller: string,
  { fields, rules = () => [] }: { fields: Table; rules?: (inputs: Props) => Failure[] },
  args: Props,
): Props {
  const { inputs, failures } = checkFields(fields, args);
  const all = failures.length > 0 ? failures : rules(inputs);
  if (all.length === 0) return inputs;
  throw new CallError(all.map(({ property, reason }) => `${caller}: ${property} ${reason}.`).join("\n"));
}

/** The filters among checked arguments, in GitLab's spelling; `not: { authorId }` becomes `not[author_id]`. */
export function queryOf(fields: Table, inputs: Props): Query {
  const filters = Object.entries(inputs).filter(([key]) => fields[key]?.role === "setting");
  return Object.fromEntries(
    filters.flatMap(([key, value]): [string, QueryValue][] =>
      isObject(value)
        ? Object.entries(value).map(([inner, item]) => [
            `${snakeKey(key)}[${snakeKey(inner)}]`,
            item as QueryValue,
          ])
        : [[snakeKey(key), value as QueryValue]],
    ),
  );
}
