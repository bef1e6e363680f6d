import { RunError } from "@pulumi/pulumi";

import type { Query, QueryValue } from "../gitlab/request/client";
import { checkFields, type Failure, type Field, type Fields, type Props } from "../lifecycle/fields";
import { connectionField, container, date, flag, integer, oneOf, required, text } from "../lifecycle/rules";
import { snakeKey } from "./camel";

/**
 * The arguments of data functions and actions, as tables of fields. `identity` and `container` fields are part of the
 * path, `setting` fields are filters that go into the query, `steering` fields stay here.
 */

const MAX_TEXT = 10_000;

export const project = container("project");
export const group = container("group");
export const connection = connectionField;
/** Of all pages, at most so many items. */
export const limit = integer("steering", 1);
/** A numeric id in the path. */
export const id = required(integer("identity", 1));
export const optionalId = integer("identity", 1);
/** A name in the path. */
export const name = required(text("identity", { max: 255 }));
export const textFilter = text("setting", { max: MAX_TEXT });
export const flagFilter = flag("setting");
export const idFilter = integer("setting", 1);
export const enumFilter = (...values: string[]): Field => oneOf("setting", values);
export const sort = enumFilter("asc", "desc");

const filter = (reason: string, fits: (value: unknown) => boolean, more: Partial<Field> = {}): Field => ({
  type: { kind: "anything" },
  role: "setting",
  presence: "optional",
  faults: (value, property) => (fits(value) ? [] : [{ property, reason }]),
  ...more,
});

/** An ISO 8601 point in time. */
export const dateFilter = date("setting");

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isNoneOrAny = (value: unknown): boolean => value === "None" || value === "Any";

/** A list of some of these values. */
export const enumsFilter = (...values: string[]): Field =>
  filter(
    `must be a list of some of ${values.join(", ")}`,
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((item) => values.includes(item as string)),
  );

/** A user's id, or `None` or `Any`. */
export const idOrNoneAny = filter(
  'must be a numeric id, "None" or "Any"',
  (value) => isId(value) || isNoneOrAny(value),
);

/** Ids of users, or `None` or `Any`. */
export const idsOrNoneAny = (most: number): Field =>
  filter(
    `must be a list of 1 to ${most} numeric ids, "None" or "Any"`,
    (value) =>
      isNoneOrAny(value) ||
      (Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isId)),
  );

/** Texts that go over the wire as one, joined by commas. */
export const commaList = filter(
  "must be a text or a list of texts without commas",
  (value) =>
    (typeof value === "string" && value !== "") ||
    (Array.isArray(value) &&
      value.length > 0 &&
      value.every((item) => typeof item === "string" && item !== "" && !item.includes(","))),
  { normalise: (value) => (Array.isArray(value) ? value.join(",") : value) },
);

/** Filters that exclude: `not: { authorId: 1 }`. */
export const nested = (fields: Fields): Field => ({
  type: { kind: "anything" },
  role: "setting",
  presence: "optional",
  faults: (value, path) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? checkFields(fields, value as Props).failures.map(({ property, reason }) => ({
          property: `${path}.${property}`,
          reason,
        }))
      : [{ property: path, reason: "must be an object of filters" }],
  normalise: (value) => checkFields(fields, value as Props).inputs,
});

/** Two arguments that GitLab refuses together. */
export function exclusive(inputs: Props, one: string, other: string): Failure[] {
  if (inputs[one] === undefined || inputs[other] === undefined) return [];
  return [{ property: one, reason: `cannot be combined with ${other}: GitLab takes one of them` }];
}

/** Checks arguments as GitLab would. The error names the function and each argument; nothing has been sent by then. */
export function checkArgs<A extends object>(
  caller: string,
  fields: Fields,
  args: A,
  rules: (inputs: Props) => Failure[] = () => [],
): Props {
  const { inputs, failures } = checkFields(fields, args as Props);
  const all = failures.length > 0 ? failures : rules(inputs);
  if (all.length === 0) return inputs;
  throw new RunError(all.map(({ property, reason }) => `${caller}: ${property} ${reason}.`).join("\n"));
}

/** The filters among checked arguments, in GitLab's spelling; `not: { authorId }` becomes `not[author_id]`. */
export function queryOf(fields: Fields, inputs: Props): Query {
  const filters = Object.entries(inputs).filter(([key]) => fields[key]?.role === "setting");
  return Object.fromEntries(
    filters.flatMap(([key, value]): [string, QueryValue][] =>
      isPlainObject(value)
        ? Object.entries(value).map(([inner, item]) => [`${snakeKey(key)}[${snakeKey(inner)}]`, item])
        : [[snakeKey(key), value as QueryValue]],
    ),
  );
}

function isPlainObject(value: unknown): value is Record<string, QueryValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
