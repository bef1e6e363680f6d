/** One seat for each approval that is asked for; who may sit there. */
export type Seat = ReadonlySet<number>;

/**
 * Whether every seat can be taken by a person of its own, without those left out: one person gives one approval for a
 * deployment, whatever number of rules name them. Kuhn's algorithm; seats are few, so it is quick however many people there are.
 */
export function seated(
  seats: readonly Seat[],
  leftOut: ReadonlySet<number>,
): ReadonlyMap<number, number> | undefined {
  /** person → seat */
  const taken = new Map<number, number>();
  const place = (seat: number, asked: Set<number>): boolean => {
    for (const person of seats[seat] ?? []) {
      if (leftOut.has(person) || asked.has(person)) continue;
      asked.add(person);
      const other = taken.get(person);
      if (other === undefined || place(other, asked)) {
        taken.set(person, seat);
        return true;
      }
    }
    return false;
  };
  // The narrowest first: it fails at once where nobody is there at all.
  const order = seats.map((_, i) => i).sort((a, b) => (seats[a]?.size ?? 0) - (seats[b]?.size ?? 0));
  return order.every((seat) => place(seat, new Set())) ? taken : undefined;
}
