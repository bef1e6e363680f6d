/** One place where two transcripts differ. */
export interface Difference {
  /** For example `2:up/state/<urn>/outputs/value`. */
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Every place where two values differ. Lists of resources, steps and messages are compared by what they are about, not by position. */
export function differences(ours: unknown, theirs: unknown, path = ""): Difference[] {
  if (Object.is(ours, theirs)) return [];
  const [a, b] = [entries(ours), entries(theirs)];
  if (a === undefined || b === undefined) return [{ path, ours, theirs }];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key) =>
    differences(a.get(key), b.get(key), path === "" ? key : `${path}/${key}`),
  );
}

function entries(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const seen = new Map<string, number>();
  return new Map(
    value.map((item: unknown, i): [string, unknown] => {
      const name = nameOf(item) ?? String(i);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [count === 1 ? name : `${name}#${count}`, item];
    }),
  );
}

/** What an entry of a list is about. */
function nameOf(item: unknown): string | undefined {
  if (typeof item === "string") return item;
  if (typeof item !== "object" || item === null) return undefined;
  const { urn, op, message, severity } = item as Record<string, string | undefined>;
  if (message !== undefined) return `${severity} ${urn?.split("::").at(-1) ?? ""} ${message}`;
  if (urn === undefined) return undefined;
  return op === undefined ? urn : `${op} ${urn}`;
}
