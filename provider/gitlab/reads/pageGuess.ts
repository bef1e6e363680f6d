export const PAGE_SIZE = 100;

/** What is kept of a page that was read, for finding other rows: lists come ordered by id. */
export interface PageSummary {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  /** Sum of the squared gaps between neighbouring ids. */
  readonly squares: number;
}

export interface Guess {
  readonly page: number;
  /** 0 … 1. */
  readonly chance: number;
}

export function summarise(ids: readonly number[]): PageSummary | undefined {
  const first = ids[0];
  const last = ids.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const squares = ids.reduce((sum, id, i) => sum + (i === 0 ? 0 : (id - (ids[i - 1] ?? id)) ** 2), 0);
  return { first, last, rows: ids.length, squares };
}

/** Share of a normal distribution below `x`, near enough. */
const below = (x: number): number => 0.5 * (1 + Math.tanh(0.8 * x));

/** How unevenly ids are spread: 0 when they follow one another regularly, about 1 when they are scattered at random. */
function unevenness(pages: Iterable<PageSummary>): number {
  let gaps = 0;
  let sum = 0;
  let squares = 0;
  for (const page of pages) {
    gaps += page.rows - 1;
    sum += page.last - page.first;
    squares += page.squares;
  }
  if (gaps < 1 || sum <= 0) return 1;
  const mean = sum / gaps;
  return Math.sqrt(Math.max(0, squares / gaps - mean ** 2)) / mean;
}

interface Anchor {
  readonly page: number;
  readonly id: number;
  /** Place in the whole list, from 1. */
  readonly rank: number;
}

interface Surroundings {
  readonly before: Anchor;
  readonly after: Anchor | undefined;
  readonly start: Anchor;
}

/** The nearest pages read on both sides of an id; undefined where it would have to be on one of them. */
function surroundings(id: number, pages: ReadonlyMap<number, PageSummary>): Surroundings | undefined {
  let before: Anchor | undefined;
  let after: Anchor | undefined;
  let start: Anchor | undefined;
  for (const [page, { first, last, rows }] of pages) {
    const offset = (page - 1) * PAGE_SIZE;
    if (first <= id && id <= last) return undefined;
    if (start === undefined || first < start.id) start = { page, id: first, rank: offset + 1 };
    if (last < id && (before === undefined || last > before.id))
      before = { page, id: last, rank: offset + rows };
    if (first > id && (after === undefined || first < after.id))
      after = { page, id: first, rank: offset + 1 };
  }
  return before === undefined || start === undefined ? undefined : { before, after, start };
}

/** Where the id should stand, and how far off that may be (standard deviation), both in rows. */
function estimate(id: number, { before, after, start }: Surroundings): { rank: number; error: number } {
  if (after !== undefined) {
    const whole = after.rank - before.rank;
    const rank = before.rank + (whole * (id - before.id)) / (after.id - before.id);
    return { rank, error: Math.sqrt(((rank - before.rank) * (after.rank - rank)) / whole) };
  }
  const base = Math.max(1, before.rank - start.rank);
  const ahead = Math.max(1, (base * (id - before.id)) / Math.max(1, before.id - start.id));
  return { rank: before.rank + ahead, error: Math.sqrt(ahead + ahead ** 2 / base) };
}

/** Where a list ends: at `last`, where that is known; `beyond` is a page that was read and had nothing. */
export interface ListEnd {
  readonly last: number;
  readonly beyond: number;
}

/** A page half-way to an empty one: it rarely holds the row, and always halves what is unknown. */
const CHANCE_HALF_WAY = 0.25;

/**
 * The unread page that most likely holds the row with this id, going by the pages read so far. Undefined where none can:
 * the row is gone, or the list changed while it was read.
 */
export function guessPage(
  id: number,
  pages: ReadonlyMap<number, PageSummary>,
  { last, beyond }: ListEnd,
): Guess | undefined {
  const around = surroundings(id, pages);
  if (around === undefined) return undefined;
  const lowest = around.before.page + 1;
  const highest = around.after === undefined ? Math.min(last, beyond - 1) : around.after.page - 1;
  if (highest < lowest) return undefined;
  if (highest === lowest) return { page: lowest, chance: 1 };
  const { rank, error } = estimate(id, around);
  const page = Math.min(highest, Math.max(lowest, Math.ceil(rank / PAGE_SIZE)));
  const halfWay = Math.ceil((lowest + highest) / 2);
  if (around.after === undefined && last === Infinity && page > halfWay) {
    return { page: halfWay, chance: CHANCE_HALF_WAY };
  }
  const deviation = Math.max(1e-6, error * unevenness(pages.values()));
  const from = page === lowest ? 0 : below(((page - 1) * PAGE_SIZE + 0.5 - rank) / deviation);
  const to = page === highest ? 1 : below((page * PAGE_SIZE + 0.5 - rank) / deviation);
  return { page, chance: to - from };
}
