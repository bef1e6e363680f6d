/** What a value of GitLab's must be before it is used. */
type Kind = "id" | "number" | "string" | "date" | "boolean" | "list" | "object";

/** A record within a record, or a list of them. */
export interface Nested {
  readonly row: RowShape;
  readonly many?: boolean;
  /** May be null or absent. */
  readonly optional?: boolean;
}

/** With `?` a field may also be null or absent. `id`: a whole number from 1 on; `date`: a text that is a point in time. */
export type FieldShape = Kind | `${Kind}?` | Nested;

/** Fields by GitLab's name for them; what is not named here is nobody's business and comes over as it is. */
export type RowShape = Readonly<Record<string, FieldShape>>;

/** The same, for a wire type: only names that it has. */
export type Shape<T> = Readonly<Partial<Record<keyof T & string, FieldShape>>>;

export const record = (row: RowShape): Nested => ({ row });
export const maybe = (row: RowShape): Nested => ({ row, optional: true });
export const rows = (row: RowShape): Nested => ({ row, many: true });
export const maybeRows = (row: RowShape): Nested => ({ row, many: true, optional: true });

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

function nestedFlaw(value: unknown, { row, many = false, optional = false }: Nested): string | undefined {
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
