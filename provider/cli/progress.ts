import type { OutputTarget } from "./io";

/** Says on stderr how far a long run is. */
export interface Progress {
  step(text: string): void;
  end(): void;
}

/** Between two lines where stderr is a file or a CI log. */
const QUIET_MS = 10_000;
const ERASE_LINE = "\r\u001b[K";

/** One line that rewrites itself on a terminal; elsewhere a line now and then, and nothing for short runs. */
export function createProgress(target: OutputTarget, now: () => number = Date.now): Progress {
  let last = now();
  let shown = false;
  return {
    step(text) {
      if (target.isTTY) {
        target.write(`${ERASE_LINE}${text}`);
        shown = true;
      } else if (now() - last >= QUIET_MS) {
        target.write(`${text}\n`);
        last = now();
      }
    },
    end() {
      if (shown) target.write(ERASE_LINE);
      shown = false;
    },
  };
}

export const silent: Progress = { step: () => undefined, end: () => undefined };
