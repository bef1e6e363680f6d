import { GitLabError } from "./errors";

/** What a field must be; with `?` it may also be null or absent. */
export type FieldShape = "number" | "string" | "boolean" | "list" | "object";
export type Shape<T> = Readonly<Partial<Record<keyof T & string, FieldShape | `${FieldShape}?`>>>;

function matches(value: unknown, shape: string): boolean {
  const kind = shape.replace("?", "");
  if (value === undefined || value === null) return shape.endsWith("?");
  if (kind === "list") return Array.isArray(value);
  if (kind === "object") return typeof value === "object" && !Array.isArray(value);
  return typeof value === kind;
}

/**
 * The value as what it is meant to be. The fields named in `shape` are what code goes on to use: a proxy's error page, a
 * changed API or a hostile server must give one clear error there, not a crash further on.
 */
export function shaped<T>(value: unknown, what: string, shape: Shape<T>): T {
  const record = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  for (const [name, kind] of Object.entries(shape) as [string, string][]) {
    if (matches(Object.hasOwn(record, name) ? record[name] : undefined, kind)) continue;
    throw new GitLabError(`GitLab's answer about ${what} has no usable "${name}".`, {
      kind: "bad-answer",
      applied: "unknown",
      hint: "Check that the base URL is that of a GitLab, and that nothing in between changes its answers.",
    });
  }
  return value as T;
}
