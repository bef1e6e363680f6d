import { type Schema, type Simple, text } from "./schema";

/**
 * What a field of a resource is:
 * - `container`: the project or group; a respelling of the same one is an update, another one replaces
 * - `identity`: a change replaces
 * - `trigger`: as `identity`, but no property of the object: it is no output
 * - `setting`: lives on the server; a change is an update
 * - `steering`: tells us how to act; a change is stored, nothing is sent
 * - `creation`: matters to create only; never a change, not kept
 * - `computed`: put into the inputs by us, so that previews know it; never a change by itself
 * - `answer`: what the server said
 * - `number`: a part of the id
 * - `memory`: what only the next operation needs to know; hidden from previews by the underscores of its name
 */
export type Role =
  | "container"
  | "identity"
  | "trigger"
  | "setting"
  | "steering"
  | "creation"
  | "computed"
  | "answer"
  | "number"
  | "memory";

/** Whether a value is there: `always` where we or the server put one where none was declared. */
export type Presence = "required" | "optional" | "always";

/** Where a value is in the server's record: under a key, or computed from it. Undefined: the record says nothing of it. */
export type From<Row = never> = (keyof Row & string) | ((row: Row) => unknown);

/** How a field travels. */
export interface OnWire {
  /** The server's name of it in requests, and in records where `from` says nothing else. */
  readonly wire?: string;
  readonly from?: From<Readonly<Record<string, unknown>>> | ((row: never) => unknown);
  /** What to send where it is no longer declared; a function of the inputs. */
  readonly cleared?: unknown;
  /** Another setting without which this one cannot be. */
  readonly needs?: string;
  /** GitLab puts a value of its own where none was declared. */
  readonly guessed?: true;
  /** Some callers are not shown it: that a record lacks it says nothing. */
  readonly hidden?: true;
}

interface Marks<R extends Role, P extends Presence> {
  readonly role: R;
  readonly presence: P;
  /** What the same thing is called elsewhere, for who brings that name along. */
  readonly alsoCalled?: readonly string[];
  /** What an undeclared argument counts as, kept in the inputs. */
  readonly default?: unknown;
  /** Of an answer: what GitLab says once and never changes, so that previews of updates know it. */
  readonly fixed?: true;
  /** The argument without which this one is required. */
  readonly unless?: string;
  /** Arguments that cannot stand beside it. */
  readonly excludes?: readonly string[];
  /** What the id says of it. */
  readonly fromId?: (id: string) => unknown;
}

export type Field<R extends Role = Role, P extends Presence = Presence, S extends Schema = Schema> = S &
  Marks<R, P> &
  OnWire;

/** The table of a resource. Its doc comments are those of the arguments and outputs. */
export type Table = Readonly<Record<string, Field>>;

/** A table whose records are of this type: each key it reads must be there. */
export type Fields<Row> = Readonly<
  Record<
    string,
    Schema &
      Marks<Role, Presence> &
      (
        | { readonly wire?: undefined; readonly from?: undefined }
        | { readonly wire: keyof Row & string; readonly from?: undefined }
        | { readonly wire?: string; readonly from: From<Row> }
      )
  >
>;

/** How an argument must be there: `required`, or with a `default`. */
export interface Given extends Pick<Marks<Role, Presence>, "alsoCalled" | "default" | "unless" | "excludes"> {
  readonly required?: true;
}
type PresenceOf<O> = O extends { readonly required: true }
  ? "required"
  : O extends { readonly default: unknown }
    ? "always"
    : "optional";

/** A field of this role; what `more` says stays in its type. */
export type Made<R extends Role, P extends Presence, S extends Schema, O = object> = S & Marks<R, P> & O;

function made<R extends Role, P extends Presence, S extends Schema, O>(
  role: R,
  presence: P,
  schema: S,
  more: O,
): Made<R, P, S, O> {
  return { ...schema, ...more, role, presence };
}

function presenceOf<O extends Given>({ required, ...more }: O): PresenceOf<O> {
  return (required ? "required" : "default" in more ? "always" : "optional") as PresenceOf<O>;
}

export function identity<
  S extends Schema,
  const O extends Given & Pick<OnWire, "wire" | "from" | "guessed"> = object,
>(schema: S, more = {} as O): Made<"identity", PresenceOf<O>, S, O> {
  return made("identity", presenceOf(more), schema, more);
}

/** Makes fields that nobody has to declare and of which there is no more to say. */
function plain<R extends Role>(role: R): <S extends Schema>(schema: S) => Made<R, "optional", S> {
  return (schema) => made(role, "optional", schema, {});
}

export const trigger = plain("trigger");
export const steering = plain("steering");
export const creation = plain("creation");
export const memory = plain("memory");

/** What a setting must say: its name on the server, and what it is cleared to unless it is never removed. */
type SettingOnWire = Given &
  OnWire &
  ({ readonly wire: string; readonly cleared: unknown } | { readonly wire: string; readonly required: true });

export function setting<S extends Schema, const O extends SettingOnWire>(
  schema: S,
  more: O,
): Made<"setting", PresenceOf<O>, S, O> {
  return made("setting", presenceOf(more), schema, more);
}

/** A setting that the resource's own code compares, sends and reads. */
export function ownSetting<S extends Schema, const O extends Given & { readonly holds?: Schema } = object>(
  schema: S,
  more = {} as O,
): Made<"setting", PresenceOf<O>, S, O> {
  return made("setting", presenceOf(more), schema, more);
}

export function computed<S extends Schema, const O extends Pick<OnWire, "from"> = object>(
  schema: S,
  more = {} as O,
): Made<"computed", "always", S, O> {
  return made("computed", "always", schema, more);
}

/** An output that every answer holds. */
export function answer<S extends Schema, const F>(
  schema: S,
  from: F,
): Made<"answer", "always", S, { readonly from: F }> {
  return made("answer", "always", schema, { from });
}

/** An output that every answer holds, and that stays the same for the life of the object. */
export function fixedAnswer<S extends Schema, const F>(
  schema: S,
  from: F,
): Made<"answer", "always", S, { readonly from: F; readonly fixed: true }> {
  return made("answer", "always", schema, { from, fixed: true });
}

/** An output that is left out where the server has none. */
export function someAnswer<S extends Schema, const F>(
  schema: S,
  from: F,
): Made<"answer", "optional", S, { readonly from: F }> {
  return made("answer", "optional", schema, { from });
}

/** GitLab's number of the object, which is in the id: known in every preview. */
export function numbered<S extends Schema>(
  schema: S,
  fromId: (id: string) => unknown,
): Made<"number", "always", S> {
  return made("number", "always", schema, { fromId });
}

const CONNECTION = {
  pattern: /^[A-Za-z][A-Za-z0-9_-]*$/,
  say: "must be the name of a connection (letters, digits, - and _, a letter first)",
};

/** The schema of `connection` arguments. */
export const connectionName: Simple<string> = text({ max: 64, matches: CONNECTION, open: true });
/** Resources and functions have it. */
export const connection: Made<"steering", "optional", typeof connectionName> = steering(connectionName);
/** The connection of a resource. */
export const connected = {
  /** Named connection (README, "Configuration"). Another one to the same GitLab is stored without a request; another GitLab replaces. */
  connection,
};
