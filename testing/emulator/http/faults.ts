/** Something that goes wrong on purpose. Faults are tried in the order they were added; the first that fits counts. */
export interface Fault {
  /** Any method if left out. */
  readonly method?: string;
  /** Part of the path as sent (a string), `/api/v4` and percent-encoding included, or a pattern for it; any path if left out. */
  readonly path?: string | RegExp;
  /** Answers this instead of handling the request. */
  readonly status?: number;
  /** With `status`: text is sent as it is (HTML if it starts with `<`), anything else as JSON. */
  readonly body?: unknown;
  /** With `status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** With `status`: the request takes effect first, and only its answer is replaced. */
  readonly afterCommit?: boolean;
  /** The answer, or the drop, comes so many milliseconds later. */
  readonly delayMs?: number;
  /** Resets the connection: before the request takes effect, or after. */
  readonly drop?: "before" | "after";
  /** Cuts the body after this many bytes (`true`: in the middle); the headers announce all of it. */
  readonly truncate?: boolean | number;
  /** How many requests it hits. Default: all. */
  readonly times?: number;
  /** How many fitting requests it lets pass first. Default 0. */
  readonly skip?: number;
  /** Between 0 and 1 (default); from a seeded sequence, so that runs repeat. */
  readonly probability?: number;
}

interface Armed {
  readonly fault: Fault;
  left: number;
  toSkip: number;
}

export class Faults {
  #armed: Armed[] = [];
  readonly #random: () => number;

  constructor(seed = 1) {
    this.#random = sequence(seed);
  }

  add(fault: Fault): () => void {
    const armed: Armed = { fault, left: fault.times ?? Infinity, toSkip: fault.skip ?? 0 };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter((each) => each !== armed);
    };
  }

  clear(): void {
    this.#armed = [];
  }

  hit(method: string, rawPath: string): Fault | undefined {
    return this.#armed.find((armed) => this.#strikes(armed, method, rawPath))?.fault;
  }

  #strikes(armed: Armed, method: string, rawPath: string): boolean {
    const { fault } = armed;
    if (armed.left === 0 || (fault.method !== undefined && fault.method !== method)) return false;
    const { path } = fault;
    if (
      path !== undefined &&
      !(typeof path === "string" ? rawPath.includes(path) : rawPath.search(path) >= 0)
    ) {
      return false;
    }
    if (armed.toSkip > 0) {
      armed.toSkip--;
      return false;
    }
    if (fault.probability !== undefined && this.#random() >= fault.probability) return false;
    armed.left--;
    return true;
  }
}

/** A small linear congruential generator: good enough to spread faults, and the same on each run. */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
