import { FIRST_PACE, mostInFlight, paced, type Pace } from "./pace";
import type { Headers } from "./retry";

/** What an attempt came to, as far as the turns of its host go by it. */
export interface Attempted {
  readonly kind: "answered" | "unsent" | "lost" | "too-large" | "outdated";
  readonly status?: number;
  readonly headers?: Headers;
}

export interface Turn {
  /** At most so many at the same time, whatever GitLab bears. */
  readonly fixed: number | undefined;
  /** It goes by something that grows old, so it goes before the others. */
  readonly urgent: boolean;
}

interface Waiting extends Turn {
  /** With the how-manieth request to this host it is. */
  readonly go: (number: number) => void;
}

/**
 * The turns of one host: so many requests at the same time as it takes well (`pace.ts`), and none while GitLab has asked for
 * silence. Who sleeps before a repeat, or between two polls, holds no turn.
 */
class Slots {
  #pace: Pace = FIRST_PACE;
  #inFlight = 0;
  #sent = 0;
  /** How many had been sent when as many were on their way as may be, the last time. */
  #fullAt = 0;
  #quietUntil = 0;
  #alarm: NodeJS.Timeout | undefined;
  /** The urgent ones first. */
  readonly #waiting: Waiting[] = [];
  /** Since when nothing has been answered, and how many attempts that was. */
  #silence: { readonly since: number; attempts: number } | undefined;
  #nextTrial = 0;

  async run<T extends Attempted>(turn: Turn, attempt: () => Promise<T>): Promise<T> {
    const number = await new Promise<number>((go) => {
      const behind = turn.urgent ? this.#waiting.findIndex(({ urgent }) => !urgent) : -1;
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, { ...turn, go });
      this.#grant();
    });
    const started = performance.now();
    try {
      const result = await attempt();
      this.#learn(number, performance.now() - started, result);
      return result;
    } finally {
      this.#inFlight--;
      this.#grant();
    }
  }

  /** GitLab said 429 and when to come back: everybody waits, or each would ask only to be sent away. */
  keepQuiet(milliseconds: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, Date.now() + milliseconds);
  }

  /** Nothing was answered for `limit` milliseconds, however often it was tried: only now and then somebody may try again. */
  isGivenUp(limit: number): boolean {
    const silence = this.#silence;
    const now = performance.now();
    if (silence === undefined || silence.attempts < LEAST_ATTEMPTS || now - silence.since < limit)
      return false;
    if (now < this.#nextTrial) return true;
    const first = this.#nextTrial === 0;
    this.#nextTrial = now + TRIAL_EVERY_MS;
    return first;
  }

  #learn(number: number, took: number, result: Attempted): void {
    if (result.kind === "outdated") return;
    // At some time while this one was on its way, as TCP counts it (https://www.rfc-editor.org/rfc/rfc7661): whoever had to wait may
    // wait somewhere else by now, for a newer look at what it goes by.
    const full = this.#fullAt >= number;
    const { kind, status, headers } = result;
    if (kind === "answered" || kind === "too-large") {
      this.#silence = undefined;
      this.#nextTrial = 0;
    } else {
      this.#silence ??= { since: performance.now() - took, attempts: 0 };
      this.#silence.attempts++;
    }
    const seen = { number, newest: this.#sent, full, took };
    // A connection that was never made says nothing about how much GitLab bears.
    if (kind === "unsent" || kind === "too-large") return;
    this.#pace = paced(
      this.#pace,
      {
        ...seen,
        ...(kind === "answered" && status !== undefined && { status }),
        ...(headers && { headers }),
      },
      Date.now(),
    );
  }

  /** Gives turns to those who waited longest, as far as there are any. */
  #grant(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const now = Date.now();
      const quiet = this.#quietUntil - now;
      if (quiet > 0) return this.#grantIn(quiet);
      const most = mostInFlight(this.#pace, next.fixed, now);
      if (this.#inFlight >= most) {
        this.#fullAt = this.#sent;
        // What is left of a rate limit comes back by itself; for everything else a turn that ends will do.
        if (this.#pace.room !== undefined && this.#inFlight === 0) this.#grantIn(this.#pace.room.until - now);
        return;
      }
      this.#waiting.shift();
      this.#inFlight++;
      next.go(++this.#sent);
      if (this.#inFlight >= most) this.#fullAt = this.#sent;
    }
  }

  #grantIn(milliseconds: number): void {
    if (this.#alarm !== undefined) return;
    this.#alarm = setTimeout(
      () => {
        this.#alarm = undefined;
        this.#grant();
      },
      Math.max(1, milliseconds),
    );
  }
}

/** One lost answer is nothing. */
const LEAST_ATTEMPTS = 3;
const TRIAL_EVERY_MS = 60_000;

const hosts = new Map<string, Slots>();

/** The turns at the host of a URL, shared by every client in this process. */
export function slotsOf(url: string): Slots {
  const { host } = new URL(url);
  const slots = hosts.get(host) ?? new Slots();
  hosts.set(host, slots);
  return slots;
}
