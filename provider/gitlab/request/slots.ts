/**
 * The turns of one host: at most so many requests at the same time, and none while GitLab has asked for silence.
 * Who sleeps before a repeat, or between two polls, holds no turn.
 */
export class Slots {
  #inFlight = 0;
  #quietUntil = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs `task` when its turn comes. */
  async run<T>(most: number | undefined, task: () => Promise<T>): Promise<T> {
    await this.#take(most ?? 8);
    try {
      return await task();
    } finally {
      this.#inFlight--;
      this.#waiting.shift()?.();
    }
  }

  /** GitLab said 429 and when to come back: everybody waits, or each would ask only to be sent away. */
  keepQuiet(milliseconds: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, Date.now() + milliseconds);
  }

  async #take(most: number): Promise<void> {
    for (;;) {
      const quiet = this.#quietUntil - Date.now();
      if (quiet > 0) {
        await new Promise((resolve) => setTimeout(resolve, quiet));
      } else if (this.#inFlight >= most) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      } else {
        this.#inFlight++;
        return;
      }
    }
  }
}

const hosts = new Map<string, Slots>();

/** The turns at the host of a URL, shared by every client in this process. */
export function slotsOf(url: string): Slots {
  const { host } = new URL(url);
  const slots = hosts.get(host) ?? new Slots();
  hosts.set(host, slots);
  return slots;
}
