import { MOST } from "../request/pace";
import { quietly } from "./quiet";

/**
 * Milliseconds without a new question after which no more are expected: the engine asks as many as it may at the same time, at most
 * 5 ms apart on two busy processors.
 */
const QUIET_MS = 10;
/** Nobody waits longer for others, whatever keeps them. */
const PATIENCE_MS = 1000;

/**
 * Where somebody is who goes by requests that many can share: asks for one, waits for its answer, does what went by it, and has
 * only the rest to do, which nothing goes by.
 */
type Stage = "asking" | "looking" | "going" | "past";

/**
 * Says when requests that many can share are worth sending: as few of them as the order of the questions allows.
 *
 * The engine has so many places, and begins another one in the place of each that ends, which asks again. They keep step where the
 * next requests are sent once nobody is going any more: the answers are there when those ask who come in the place of all who are
 * past, and fresh for all of them.
 */
export class Gathering<T extends object> {
  /** All who have begun and not ended, also those who are at no stage: each takes a place. */
  readonly #here = new Set<T>();
  readonly #stages: Readonly<Record<Stage, Set<T>>> = {
    asking: new Set(),
    looking: new Set(),
    going: new Set(),
    past: new Set(),
  };
  #places = 0;
  #isFirst = true;
  #tell: (() => void) | undefined;

  /** The most that there ever were at the same time. */
  get places(): number {
    return this.#places;
  }

  /**
   * Whether all others are past where so many have just been sent for, but for no more that are going. Where a place is free, none
   * will come: the engine has no more.
   */
  isInStep(sent: number): boolean {
    const { going, looking } = this.#stages;
    return this.#here.size === this.#places && going.size <= sent && looking.size <= sent;
  }

  get asking(): ReadonlySet<T> {
    return this.#stages.asking;
  }

  get past(): ReadonlySet<T> {
    return this.#stages.past;
  }

  begin(each: T): void {
    this.#here.add(each);
    this.#places = Math.max(this.#places, this.#here.size);
  }

  is(stage: Stage, each: T): void {
    this.#leave(each);
    this.#stages[stage].add(each);
    this.#tell?.();
  }

  /** Says whether it went by a request at all; else nothing changes. */
  isPast(each: T): boolean {
    const went = this.#stages.going.has(each);
    if (went) this.is("past", each);
    return went;
  }

  /** Nobody has to wait for this one any more. */
  waits(each: T): void {
    this.#leave(each);
    this.#tell?.();
  }

  end(each: T): void {
    this.#here.delete(each);
    this.waits(each);
  }

  #leave(each: T): void {
    for (const stage of Object.values(this.#stages)) stage.delete(each);
  }

  /**
   * Everybody who asks by the time when requests are worth sending; they are looking from now on. Where all of them are patient, the
   * few wait for the many that are going, so that one request serves both.
   */
  async all(isPatient: (each: T) => boolean): Promise<readonly T[]> {
    const { asking, going } = this.#stages;
    const until = Date.now() + PATIENCE_MS;
    const within = (ms: number): Promise<boolean> => this.#news(Math.min(ms, until - Date.now()));
    const areFew = (): boolean => going.size > asking.size && [...asking].every(isPatient);
    let waited = false;
    while (!this.#allAsk && areFew() && (await within(PATIENCE_MS))) waited = true;
    // Waited for in vain: that happens once.
    if (!this.#allAsk && areFew()) for (const each of going) this.#leave(each);
    while (!this.#allAsk && !waited && (await within(QUIET_MS)));
    const all = [...asking];
    for (const each of all) this.is("looking", each);
    this.#isFirst = false;
    return all;
  }

  /** Before the first request nobody knows how many there are. */
  get #allAsk(): boolean {
    return this.#stages.asking.size >= Math.min(MOST, this.#isFirst ? Infinity : this.#places);
  }

  /** Whether anything changes within so many milliseconds. */
  #news(ms: number): Promise<boolean> {
    if (ms <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (changed: boolean): void => {
        callOff();
        this.#tell = undefined;
        resolve(changed);
      };
      const callOff = quietly(ms, () => end(false));
      this.#tell = () => end(true);
    });
  }
}
