/** What a value of GitLab's must be before it is used. */
type Kind = "id" | "number" | "string" | "date" | "boolean" | "list" | "object";

/** A record within a record, or a list of them; `optional` ones may be null or absent. */
export interface Nested<
  Row extends RowShape = RowShape,
  Many extends boolean = boolean,
  Optional extends boolean = boolean,
> {
  readonly row: Row;
  readonly many: Many;
  readonly optional: Optional;
}

/** With `?` a field may also be null or absent. `id`: a whole number from 1 on; `date`: a text that is a point in time. */
export type FieldShape = Kind | `${Kind}?` | Nested;

/** Fields by GitLab's name for them; what is not named here is nobody's business and comes over as it is. */
export type RowShape = Readonly<Record<string, FieldShape>>;

interface Values {
  id: number;
  number: number;
  string: string;
  date: string;
  boolean: boolean;
  list: unknown[];
  object: object;
}
type Held<N extends Nested> = N["many"] extends true ? RowOf<N["row"]>[] : RowOf<N["row"]>;
type ValueOf<F> = F extends Kind
  ? Values[F]
  : F extends `${infer K extends Kind}?`
    ? Values[K] | null
    : F extends Nested
      ? Held<F> | (F["optional"] extends true ? null : never)
      : never;
type Doubtful<S extends RowShape> = {
  [K in keyof S]: S[K] extends `${string}?` | Nested<RowShape, boolean, true> ? K : never;
}[keyof S];

/** A record of that shape, once it is checked. */
export type RowOf<S extends RowShape> = { [K in Exclude<keyof S, Doubtful<S>>]: ValueOf<S[K]> } & {
  [K in Doubtful<S>]?: ValueOf<S[K]>;
};

const nested =
  <Many extends boolean, Optional extends boolean>(many: Many, optional: Optional) =>
  <const Row extends RowShape>(row: Row): Nested<Row, Many, Optional> => ({ row, many, optional });

export const record = nested(false, false);
export const maybe = nested(false, true);
export const rows = nested(true, false);
export const maybeRows = nested(true, true);

function isKind(value: unknown, kind: string): boolean {
  if (kind === "id") return Number.isSafeInteger(value) && (value as number) >= 1;
  if (kind === "number") return Number.isFinite(value);
  if (kind === "date") return typeof value === "string" && !Number.isNaN(Date.parse(value));
  if (kind === "list") return Array.isArray(value);
  if (kind === "object") return typeof value === "object" && !Array.isArray(value);
  return typeof value === kind;
}

/**
 * Which field of an answer is not what it must be: `name`, `approval_rules[2].user_id`; `""` is the value itself. Undefined
 * where all is well. A proxy's error page, a changed API or a hostile server must give one clear error where the answer is
 * read, not a crash, or code in a program, further on.
 */
export function flawIn(value: unknown, shape: RowShape): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
  for (const [name, expected] of Object.entries(shape)) {
    const field = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const flaw = typeof expected === "string" ? plainFlaw(field, expected) : nestedFlaw(field, expected);
    if (flaw !== undefined) return `${name}${flaw}`;
  }
  return undefined;
}

function plainFlaw(value: unknown, expected: string): string | undefined {
  const fits =
    value === undefined || value === null ? expected.endsWith("?") : isKind(value, expected.replace("?", ""));
  return fits ? undefined : "";
}

function nestedFlaw(value: unknown, { row, many, optional }: Nested): string | undefined {
  if (value === undefined || value === null) return optional ? undefined : "";
  if (!many) return dotted(flawIn(value, row));
  return Array.isArray(value) ? flawInRows(value, row) : "";
}

/** The same for a list of rows: `[3].name`. */
export function flawInRows(values: readonly unknown[], row: RowShape): string | undefined {
  for (const [i, value] of values.entries()) {
    const flaw = dotted(flawIn(value, row));
    if (flaw !== undefined) return `[${i}]${flaw}`;
  }
  return undefined;
}

const dotted = (flaw: string | undefined): string | undefined =>
  flaw === undefined || flaw === "" ? flaw : `.${flaw}`;
