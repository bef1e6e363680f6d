import { vi } from "vitest";

/** Turns of the event loop, in which whatever is on its way within this process arrives. */
const TURNS = 50;

interface Asked {
  /** How often anybody has asked so far. */
  readonly asked: () => number;
  /** Answers what is held back; false where nothing is, so that time may pass. Default: nothing ever is. */
  readonly answer?: () => boolean;
}

/**
 * Time passes only while nobody asks anything and no answer is held back: whoever waits for the same moment then asks at the same one,
 * and nothing takes longer than it is meant to, on any machine.
 */
export async function inItsTime<T>(
  { asked, answer = () => false }: Asked,
  work: () => Promise<T>,
): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  try {
    let ended = false;
    const result = work().finally(() => (ended = true));
    // It is looked at when all is over.
    result.catch(() => undefined);
    while (!ended) {
      for (let quiet = 0, before = asked(); quiet < TURNS; quiet++) {
        await new Promise(setImmediate);
        if (asked() !== before) [quiet, before] = [0, asked()];
      }
      if (!answer()) await vi.advanceTimersToNextTimerAsync();
    }
    return await result;
  } finally {
    vi.useRealTimers();
  }
}
