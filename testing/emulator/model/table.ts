export type Key = string | number;

/**
 * Rows in memory, kept in order of their ids, with as many indexes as a list or look-up needs, so that
 * answering a page costs the page and not the table.
 */
export class Table<T extends { id: number }, I extends string = never> {
  readonly #rows: T[] = [];
  readonly #byId = new Map<number, T>();
  readonly #indexes: Map<I, Map<Key, T[]>>;
  readonly #keysOf = new Map<number, [I, Key][]>();
  #lastId = 0;

  constructor(private readonly keys: Record<I, (row: T) => Key>) {
    this.#indexes = new Map((Object.keys(keys) as I[]).map((name) => [name, new Map<Key, T[]>()]));
  }

  /** Takes the next id of this table unless the row brings its own. */
  insert(row: Omit<T, "id"> & { id?: number | undefined }): T {
    const id = row.id ?? this.#lastId + 1;
    if (this.#byId.has(id)) throw new Error(`the id ${id} is taken`);
    // The spread widens `T` to its parts; putting the id back makes it whole again.
    const whole = { ...row, id } as unknown as T;
    this.#lastId = Math.max(this.#lastId, id);
    this.#byId.set(id, whole);
    place(this.#rows, whole);
    this.#enter(whole);
    return whole;
  }

  get(id: number): T | undefined {
    return this.#byId.get(id);
  }

  remove(row: T): void {
    if (!this.#byId.delete(row.id)) return;
    displace(this.#rows, row);
    this.#leave(row);
  }

  /** To be called after a field that an index uses has changed. */
  reindex(row: T): void {
    this.#leave(row);
    this.#enter(row);
  }

  all(): readonly T[] {
    return this.#rows;
  }

  /** The rows with this key, in order of their ids. */
  where(index: I, key: Key): readonly T[] {
    return this.#indexes.get(index)?.get(key) ?? [];
  }

  /** The only row with this key, for indexes whose keys are unique. */
  find(index: I, key: Key): T | undefined {
    return this.where(index, key)[0];
  }

  #enter(row: T): void {
    const entered: [I, Key][] = [];
    for (const [name, index] of this.#indexes) {
      const key = this.keys[name](row);
      const rows = index.get(key);
      if (rows === undefined) index.set(key, [row]);
      else place(rows, row);
      entered.push([name, key]);
    }
    this.#keysOf.set(row.id, entered);
  }

  #leave(row: T): void {
    for (const [name, key] of this.#keysOf.get(row.id) ?? []) {
      const index = this.#indexes.get(name);
      const rows = index?.get(key) ?? [];
      displace(rows, row);
      if (rows.length === 0) index?.delete(key);
    }
    this.#keysOf.delete(row.id);
  }
}

function place<T extends { id: number }>(rows: T[], row: T): void {
  const last = rows.at(-1);
  if (last === undefined || last.id < row.id) rows.push(row);
  else rows.splice(positionOf(rows, row.id), 0, row);
}

function displace<T extends { id: number }>(rows: T[], row: T): void {
  const position = positionOf(rows, row.id);
  if (rows[position]?.id === row.id) rows.splice(position, 1);
}

/** Binary search: where the id is, or where it would go. */
function positionOf<T extends { id: number }>(rows: readonly T[], id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.id ?? Infinity) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
