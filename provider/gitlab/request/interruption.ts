import { setMaxListeners } from "node:events";

/** Whoever runs the operation has interrupted it: no wait of this process goes on, for good. */
const interruption = new AbortController();
// As many wait at the same time as there is to wait for; Node 20 would warn of the eleventh.
setMaxListeners(0, interruption.signal);

/** Ends every wait, between looks and before repeats. What is on its way is still awaited: its answer may be what was made. */
export function endWaits(): void {
  interruption.abort();
}

/** Sleeps; resolves to whether the operation was interrupted, then at once. */
export function interruptedIn(ms: number): Promise<boolean> {
  const { signal } = interruption;
  if (signal.aborted) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve(false);
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
