import { quietly } from "./quiet";

/** Milliseconds without a new question before the first request; the engine asks 8 or more at the same time. */
const PAUSE_MS = 5;
const MOST_PAUSES = 5;

/** Waits until no more questions come: `count` says how many there are. */
export async function gathered(count: () => number, pauseMs: number = PAUSE_MS): Promise<void> {
  for (let pauses = 0, seen = -1; pauses < MOST_PAUSES && seen !== count(); pauses++) {
    seen = count();
    await new Promise<void>((resolve) => quietly(pauseMs, resolve));
  }
}
