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
 * What somebody does who goes by requests that many can share: asks, waits for the answer, does what it allows, and has only the
 * rest to do; then the place is free, and the engine begins another one in it, which asks again.
 */
const STAGES = ["asking", "looking", "going", "past"] as const;
type Stage = (typeof STAGES)[number];

/**
 * Says when requests that many can share are worth sending: so that as many as possible find the next ones fresh, and the engine's
 * places stay in step.
 */
export class Gathering<T extends object> {
  /** All who have begun and not ended, also those who ask nothing: they take the engine's places. */
  readonly #here = new Set<T>();
  readonly #in: Readonly<Record<Stage, Set<T>>> = {
    asking: new Set(),
    looking: new Set(),
    going: new Set(),
    past: new Set(),
  };
  /** The most that there ever were at the same time; before the first request nobody knows. */
  #most = 0;
  #isFirst = true;
  #tell: (() => void) | undefined;

  get size(): number {
    return this.#here.size;
  }

  get most(): number {
    return this.#most;
  }

  get asking(): ReadonlySet<T> {
    return this.#in.asking;
  }

  begin(each: T): void {
    this.#here.add(each);
    this.#most = Math.max(this.#most, this.#here.size);
  }

  end(each: T): void {
    this.#here.delete(each);
    this.leave(each);
  }

  /** Nobody has to wait for this one any more. */
  leave(each: T): void {
    for (const stage of STAGES) this.#in[stage].delete(each);
    this.#tell?.();
  }

  is(stage: Stage, each: T): void {
    for (const other of STAGES) this.#in[other].delete(each);
    this.#in[stage].add(each);
    this.#tell?.();
  }

  /** Whether that is so of all now; who is not under way changes nothing. */
  passed(each: T): boolean {
    const { going, looking } = this.#in;
    if (!going.has(each)) return false;
    this.is("past", each);
    return going.size + looking.size === 0;
  }

  /** Everybody who asks by the time when requests are worth sending. */
  async all(): Promise<readonly T[]> {
    const { asking, going } = this.#in;
    const until = Date.now() + PATIENCE_MS;
    const within = (ms: number): Promise<boolean> => this.#news(Math.min(ms, until - Date.now()));
    let waited = false;
    while (!this.#isFull && going.size > asking.size && (await within(PATIENCE_MS))) waited = true;
    // Waited for in vain: that happens once.
    if (!this.#isFull && going.size > asking.size) for (const each of going) this.leave(each);
    while (!waited && !this.#isFull && (await within(QUIET_MS)));
    const all = [...asking];
    for (const each of all) this.is("looking", each);
    this.#isFirst = false;
    return all;
  }

  get #isFull(): boolean {
    return this.#in.asking.size >= Math.min(MOST, this.#isFirst ? Infinity : this.#most);
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
