/** Comparisons that list filters and orders are made of. */

interface Dates {
  readonly after?: Date | null | undefined;
  readonly before?: Date | null | undefined;
}

/** GitLab's `…_after` and `…_before` include the instant itself. */
export function between(date: Date | null, { after, before }: Dates): boolean {
  if (after == null && before == null) return true;
  return date !== null && (after == null || date >= after) && (before == null || date <= before);
}

/** A sorted copy; rows that are alike keep the order of their ids. */
export function ordered<T extends { id: number }>(
  rows: readonly T[],
  keyOf: (row: T) => number | string | Date | null,
  direction: string,
): T[] {
  const sign = direction === "desc" ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [keyOf(a) ?? 0, keyOf(b) ?? 0];
    return sign * (left < right ? -1 : left > right ? 1 : a.id - b.id);
  });
}
