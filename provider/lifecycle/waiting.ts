import { interruptedIn } from "../gitlab/request/interruption";

/**
 * How often to look while GitLab works: quickly at first, then ever more rarely. Each pause is twice the one before, and
 * looks happen at whole multiples of it on the clock: all who wait in one project look at the same time and share a page.
 */
const FIRST_MS = 250;
const MOST_MS = 8000;

export interface Wait<T> {
  /** Looks once, at what is there at `since` (milliseconds since 1970) or later. */
  look: (since: number) => Promise<T>;
  done: (seen: T) => boolean;
  timeoutSeconds: number;
}

/** How a wait ended: `done`, `late` where time ran out first, `interrupted`. */
export type WaitEnd = "done" | "late" | "interrupted";

/** Looks until done; resolves to what was seen last and to how it ended. Holds nothing while it sleeps. */
export async function waitUntil<T>(wait: Wait<T>): Promise<{ seen: T; end: WaitEnd }> {
  const until = Date.now() + wait.timeoutSeconds * 1000;
  // At first whatever was read after the write that is waited for will do: writes make readers forget.
  for (let pause = FIRST_MS, since = 0; ; pause = Math.min(2 * pause, MOST_MS)) {
    const seen = await wait.look(since);
    if (wait.done(seen)) return { seen, end: "done" };
    const now = Date.now();
    if (now >= until) return { seen, end: "late" };
    since = Math.min(Math.ceil((now + pause / 2) / pause) * pause, until);
    // Timers may be a millisecond early.
    if (await interruptedIn(since - now + 1)) return { seen, end: "interrupted" };
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
