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

/** Looks until done; resolves to what was seen last and whether time ran out first. Holds nothing while it sleeps. */
export async function waitUntil<T>(wait: Wait<T>): Promise<{ seen: T; timedOut: boolean }> {
  const until = Date.now() + wait.timeoutSeconds * 1000;
  // At first whatever was read after the write that is waited for will do: writes make readers forget.
  for (let pause = FIRST_MS, since = 0; ; pause = Math.min(2 * pause, MOST_MS)) {
    const seen = await wait.look(since);
    if (wait.done(seen)) return { seen, timedOut: false };
    const now = Date.now();
    if (now >= until) return { seen, timedOut: true };
    since = Math.min(Math.ceil((now + pause / 2) / pause) * pause, until);
    // Timers may be a millisecond early.
    await sleep(since - now + 1);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
