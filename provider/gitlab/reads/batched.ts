import type { Page } from "../request/client";
import { gathered } from "./gathered";
import { guessPage, PAGE_SIZE, summarise, type Guess, type PageSummary } from "./pageGuess";
import type { Room } from "./room";

export interface ReadSource<K extends string | number, T> {
  /** One row; undefined when it is not there. */
  single(key: K): Promise<T | undefined>;
  /** A page of 100 rows. Where keys are numbers, rows come in their order. */
  page(page: number): Promise<Page<T>>;
  keyOf(row: T): K;
}

/** Milliseconds after which remembered rows are read again. An operation's refresh is shorter; a process may live longer. */
const MAX_AGE = 120_000;

/** https://docs.gitlab.com/api/rest/#other-pagination-headers: totals are left out above 10,000 rows. */
const LEAST_PAGES_WITHOUT_TOTAL = 10_000 / PAGE_SIZE + 1;

/** Fewer reads than the engine asks for at the same time by default, where there are as many. */
const FEW = 8;

interface Waiter<T> {
  /** What was asked before it came may show the list as it was before a write. */
  readonly generation: number;
  readonly resolve: (row: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Everything known since the last write. */
class Memory<K, T> {
  readonly rows = new Map<K, T>();
  readonly pages = new Map<number, readonly K[]>();
  readonly summaries = new Map<number, PageSummary>();
  readonly asked = new Set<K>();
  readonly since = Date.now();
  /** Infinity until GitLab says: it leaves out totals above 10,000 rows. */
  lastPage = Infinity;
  /** Rows come in the order of their ids; else pages are read in turn. */
  ordered = true;
  /** The first page found empty. */
  beyond = Infinity;
  requests = 0;
  singles = 0;
  listedAt = 0;
}

/**
 * Answers reads of single rows from list pages where that takes fewer requests.
 *
 * Aim: for N reads in a list of M rows at most min(⌈M/100⌉, N) + 1 requests, without knowing N beforehand. Each request is
 * weighed: a page costs one now and may answer many later; a single read costs one and answers for certain. The aim is
 * reached wherever the place of a row can be told from its id (ids that follow one another in any regular way) or rows
 * are asked for roughly in order; no strategy could promise it for ids that mislead. What always holds is twice that.
 *
 * A row that is on none of the pages is asked for by itself before it counts as gone: it may have moved while paging.
 */
export class BatchedReads<K extends string | number, T> {
  #memory = new Memory<K, T>();
  /** How often everything was forgotten. */
  #generation = 0;
  readonly #waiting = new Map<K, Waiter<T>[]>();
  #working = false;

  constructor(
    private readonly source: ReadSource<K, T>,
    private readonly room: Room,
    private readonly gather?: number,
  ) {}

  /** The row with this key as it was at `since` (milliseconds since 1970) or later; undefined when it certainly is not there. */
  read(key: K, since = 0): Promise<T | undefined> {
    if (this.#memory.since < Math.max(since, Date.now() - MAX_AGE)) this.forget();
    this.#memory.asked.add(key);
    const row = this.#memory.rows.get(key);
    if (row !== undefined) return Promise.resolve(row);
    return new Promise((resolve, reject) => {
      const waiter = { generation: this.#generation, resolve, reject };
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), waiter]);
      void this.#work();
    });
  }

  /** Drops what is remembered. Answers that are on their way are still good for who waits already, and are not kept. */
  forget(): void {
    this.#memory = new Memory();
    this.#generation++;
    for (const key of this.#waiting.keys()) this.#memory.asked.add(key);
  }

  /** When GitLab last showed this list (milliseconds since 1970); 0 where it has not since the last write. */
  get listedAt(): number {
    return this.#memory.listedAt;
  }

  #drop(page: number): void {
    for (const key of this.#memory.pages.get(page) ?? []) this.#memory.rows.delete(key);
    this.#memory.pages.delete(page);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      // The first decision goes by how many there are.
      await gathered(() => this.#waiting.size, this.gather);
      const memory = this.#memory;
      while (this.#waiting.size > 0) {
        // What was learnt is gone when a write came in between: finish, rather than begin again and again.
        const page = memory === this.#memory ? this.#choose() : undefined;
        if (page === undefined)
          await Promise.all([...this.#waiting.keys()].map((key) => this.#readSingle(key)));
        else await this.#readPage(page);
      }
    } finally {
      this.#working = false;
    }
  }

  /** The page to read next, or undefined to read what waits one by one. */
  #choose(): number | undefined {
    const { requests, singles, asked, pages } = this.#memory;
    const waiting = this.#waiting.size;
    if (requests === 0 && waiting === 1) return undefined;
    if (pages.size === 0) return requests > 1 ? undefined : 1;
    // Pages that mislead, on purpose or by mistake, cost no more than twice what single reads do.
    if (requests > 2 * (asked.size + 1)) return undefined;
    const guess = this.#bestGuess();
    if (guess === undefined) return undefined;
    const left = this.#pagesLeft();
    // All pages that are left are no more than what one request for each read would come to.
    if (requests + left <= asked.size + 1) return guess.page;
    // Single reads have cost as much as the rest of the list.
    if (singles >= left) return guess.page;
    // Requests saved so far, against one for each read.
    const saved = asked.size + 1 - requests - waiting;
    if (saved > 0) return guess.page;
    // A wrong guess is a request too many if few reads follow, a single read is one if many do. So a few reads take
    // no chances; many single reads say that many more may come, and that it is time to learn where rows are.
    const enough = asked.size < FEW ? 0.99 : 0.5 - (2 * singles) / left;
    return guess.chance >= enough && -saved <= asked.size / FEW ? guess.page : undefined;
  }

  /** Without a total there are more than 10,000 rows, and at least as many again as pages seen. */
  #pagesLeft(): number {
    const { pages, lastPage } = this.#memory;
    return Math.min(lastPage, Math.max(LEAST_PAGES_WITHOUT_TOTAL, 2 * pages.size)) - pages.size;
  }

  /** The page that is expected to answer most of what waits. */
  #bestGuess(): Guess | undefined {
    const chances = new Map<number, number>();
    for (const key of this.#waiting.keys()) {
      const guess = this.#guess(key);
      if (guess !== undefined) chances.set(guess.page, (chances.get(guess.page) ?? 0) + guess.chance);
    }
    let best: Guess | undefined;
    for (const [page, chance] of chances) if (chance > (best?.chance ?? -1)) best = { page, chance };
    return best;
  }

  #guess(key: K): Guess | undefined {
    const { pages, summaries, lastPage, beyond, ordered } = this.#memory;
    if (typeof key === "number" && ordered) return guessPage(key, summaries, { last: lastPage, beyond });
    // Names are ordered by the database's collation, which nobody here knows: pages in turn.
    for (let page = 1; page <= lastPage && page < beyond; page++) {
      if (!pages.has(page)) return { page, chance: 1 / this.#pagesLeft() };
    }
    return undefined;
  }

  async #readSingle(key: K): Promise<void> {
    this.#memory.requests++;
    this.#memory.singles++;
    const generation = this.#generation;
    try {
      this.#answer(key, generation, await this.source.single(key));
    } catch (error) {
      this.#fail(key, generation, error);
    }
  }

  async #readPage(number: number): Promise<void> {
    const memory = this.#memory;
    memory.requests++;
    const generation = this.#generation;
    try {
      const page = await this.source.page(number);
      if (memory === this.#memory) this.#remember(number, page);
      for (const row of page.items) this.#answer(this.source.keyOf(row), generation, row);
    } catch (error) {
      for (const key of [...this.#waiting.keys()]) this.#fail(key, generation, error);
    }
  }

  #remember(number: number, { items, total, nextPage }: Page<T>): void {
    const memory = this.#memory;
    const keys = items.map((row) => this.source.keyOf(row));
    const ids = keys.filter((key) => typeof key === "number");
    const summary = summarise(ids);
    memory.pages.set(number, keys);
    memory.listedAt = Date.now();
    if (summary !== undefined) memory.summaries.set(number, summary);
    memory.ordered &&= ids.every((id, i) => i === 0 || id > (ids[i - 1] ?? id));
    keys.forEach((key, i) => memory.rows.set(key, items[i] as T));
    if (total !== undefined) memory.lastPage = Math.max(1, Math.ceil(total / PAGE_SIZE));
    else if (nextPage === undefined && (items.length > 0 || number === 1)) memory.lastPage = number;
    if (items.length === 0) memory.beyond = Math.min(memory.beyond, number);
    this.room.take(items.length, () => {
      if (memory === this.#memory) this.#drop(number);
    });
  }

  #answer(key: K, generation: number, row: T | undefined): void {
    for (const { resolve } of this.#settled(key, generation)) resolve(row);
  }

  #fail(key: K, generation: number, error: unknown): void {
    for (const { reject } of this.#settled(key, generation)) reject(error);
  }

  /** Who waited when a request of that generation was sent; later ones go on waiting. */
  #settled(key: K, generation: number): Waiter<T>[] {
    const waiters = this.#waiting.get(key) ?? [];
    const later = waiters.filter((waiter) => waiter.generation > generation);
    if (later.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, later);
    return waiters.filter((waiter) => waiter.generation <= generation);
  }
}
