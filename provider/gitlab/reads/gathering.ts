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
 * Says when a request that many can share is worth sending: as few of them as the order of the questions allows.
 *
 * Each who goes by such a request is under way until what it was for is done, and then the engine begins another one, which
 * asks again. So the most will share the next request once nobody is under way any more; as many as there ever were at the
 * same time is as many as the engine has, and more than can be on their way at the same time would not find it fresh.
 */
export class Gathering<T extends object> {
  #asking: T[] = [];
  readonly #underWay = new Set<T>();
  /** Of those under way: what went by the request is behind them. */
  readonly #past = new Set<T>();
  /** The most that there ever were at the same time; before the first request nobody knows. */
  #most = 0;
  #isFirst = true;
  #tell: (() => void) | undefined;

  get most(): number {
    return this.#most;
  }

  get size(): number {
    return this.#asking.length;
  }

  ask(each: T): void {
    this.#leave(each);
    this.#asking.push(each);
    this.#most = Math.max(this.#most, this.#asking.length + this.#underWay.size);
    this.#tell?.();
  }

  /** Whether that is so of all now, and nobody asks; who is not under way changes nothing. */
  passed(each: T): boolean {
    if (!this.#underWay.has(each)) return false;
    this.#past.add(each);
    return this.#past.size === this.#underWay.size && this.#asking.length === 0;
  }

  /** Nobody has to wait for this one any more. */
  done(each: T): void {
    if (this.#leave(each)) this.#tell?.();
  }

  #leave(each: T): boolean {
    this.#past.delete(each);
    return this.#underWay.delete(each);
  }

  /** Everybody who asks now: they are under way from now on. */
  take(): readonly T[] {
    const asking = this.#asking;
    this.#asking = [];
    for (const each of asking) this.#underWay.add(each);
    this.#isFirst = false;
    return asking;
  }

  /** Everybody who asks by the time when the request is worth sending. */
  async all(): Promise<readonly T[]> {
    const until = Date.now() + PATIENCE_MS;
    const within = (ms: number): Promise<boolean> => this.#news(Math.min(ms, until - Date.now()));
    while (!this.#isFull && this.#underWay.size > 0 && (await within(PATIENCE_MS)));
    // Waited for in vain: that happens once.
    if (!this.#isFull) for (const each of this.#underWay) this.#leave(each);
    while (!this.#isFull && (await within(QUIET_MS)));
    return this.take();
  }

  get #isFull(): boolean {
    return this.#asking.length >= Math.min(MOST, this.#isFirst ? Infinity : this.#most);
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
