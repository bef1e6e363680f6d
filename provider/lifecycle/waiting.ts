/** How often to look while GitLab works: quickly at first, then ever more rarely, never rarer than `mostMs`. */
const FIRST_MS = 250;
const GROWTH = 1.6;
const MOST_MS = 10_000;

export interface Wait<T> {
  /** Looks once. */
  look: () => Promise<T>;
  done: (seen: T) => boolean;
  timeoutSeconds: number;
  /** Called after each look that was not the last. */
  progress?: (seen: T, waitedSeconds: number) => void;
}

/** Looks until done; resolves to what was seen last and whether time ran out first. */
export async function waitUntil<T>(wait: Wait<T>): Promise<{ seen: T; timedOut: boolean }> {
  const startedAt = Date.now();
  const until = startedAt + wait.timeoutSeconds * 1000;
  for (let pause = FIRST_MS; ; pause = Math.min(pause * GROWTH, MOST_MS)) {
    const seen = await wait.look();
    if (wait.done(seen)) return { seen, timedOut: false };
    const left = until - Date.now();
    if (left <= 0) return { seen, timedOut: true };
    wait.progress?.(seen, Math.round((Date.now() - startedAt) / 1000));
    await sleep(Math.min(pause, left));
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
