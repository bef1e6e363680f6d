import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { GitLabError } from "../provider/gitlab/answer/errors";
import type { GitLabClient, Page, Still } from "../provider/gitlab/request/client";
import { slotsOf, type Attempted } from "../provider/gitlab/request/slots";
import { destroyEnvironment } from "../provider/lifecycle/environment/removal";
import { contextOf } from "./support/context";

/** How long things take, in milliseconds. */
interface Times {
  readonly parallel: number;
  /** Of a request. */
  readonly latency: number;
  /** From the end of a deletion until the engine asks for the next one. */
  readonly engine: () => number;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let hosts = 0;

/** A GitLab of which nothing but the time that it takes is of interest, behind the turns that a host has. */
class Timed {
  readonly #slots = slotsOf(`http://timed-${hosts++}.example.com/`);
  looks = 0;
  stops = 0;
  deletions = 0;
  #look = { took: 0, answered: -Infinity };

  constructor(private readonly latency: number) {}

  async #send(still?: Still): Promise<void> {
    const { kind } = await this.#slots.run(
      { fixed: undefined, urgent: still !== undefined },
      async (): Promise<Attempted> => {
        if (still?.() === false) return { kind: "outdated" };
        const { took, answered } = this.#look;
        if (still !== undefined)
          expect(performance.now() - answered, "how old the newest look is").toBeLessThanOrEqual(
            Math.max(50, took),
          );
        await sleep(this.latency);
        return { kind: "answered", status: 200 };
      },
    );
    if (kind === "outdated") throw new GitLabError("outdated", { kind: "outdated", method: "POST", url: "" });
  }

  get client(): GitLabClient {
    const client: Partial<GitLabClient> = {
      baseUrl: "https://gitlab.example.com/api/v4",
      page: async <T>() => {
        const asked = performance.now();
        await this.#send();
        this.looks++;
        const answered = performance.now();
        this.#look = { took: answered - asked, answered };
        return { items: [], total: 0 } satisfies Page<T>;
      },
      post: async <T>(...[, , still]: Parameters<GitLabClient["post"]>) => {
        await this.#send(still);
        this.stops++;
        return { state: "stopped" } as T;
      },
      delete: async <T>() => {
        await this.#send();
        this.deletions++;
        return undefined as T;
      },
    };
    return client as GitLabClient;
  }
}

/** As the engine destroys: so many at the same time, and the next one when one of them is done. */
async function destroy(count: number, { parallel, latency, engine }: Times): Promise<Timed> {
  const gitlab = new Timed(latency);
  const { client } = gitlab;
  const queue = Array.from({ length: count }, (_, n) => n + 1);
  const worker = async (): Promise<void> => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      const props = { project: "acme/shop", name: `review-${number}`, number, state: "available" };
      await sleep(engine());
      await destroyEnvironment(contextOf(client), `acme/shop:${number}`, props, { replaced: false });
    }
  };
  let ended = false;
  const all = Promise.all(Array.from({ length: parallel }, worker)).finally(() => (ended = true));
  while (!ended) await vi.advanceTimersByTimeAsync(1);
  await all;
  expect([gitlab.stops, gitlab.deletions]).toEqual([count, count]);
  return gitlab;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a default destroy of environments, a hundred where nothing is said,", () => {
  it.each([
    [1, 100],
    [8, 13],
    [16, 7],
    [20, 6],
    [32, 4],
  ])("of %i at a time looks %i times, however long a request takes", async (parallel, looks) => {
    for (const latency of [50, 200]) {
      const gitlab = await destroy(100, { parallel, latency, engine: () => 2 });
      expect([latency, gitlab.looks]).toEqual([latency, looks]);
    }
  });

  it.each([
    // Stops and deletions in thirteen turns; the first time the stops wait for their look.
    [8, 27],
    // At first, 8 requests go out at a time.
    [16, 16],
    [32, 12],
  ])("of %i at a time takes %i round trips", async (parallel, rounds) => {
    const latency = 1000;
    const started = performance.now();
    await destroy(100, { parallel, latency, engine: () => 2 });
    expect(Math.floor((performance.now() - started) / latency)).toBe(rounds);
  });

  it.each([
    // As many as there were: nobody knows whether there are more.
    [7, 8, 1],
    [8, 8, 2],
    [9, 32, 1],
    [12, 32, 2],
    // Of many places nothing is taken for certain.
    [20, 32, 1],
    [15, 8, 2],
    [16, 8, 3],
  ])(
    "of %i in all, %i at a time, looks %i times: once too often where all places were taken at the last",
    async (...of) => {
      const [count, parallel, looks] = of;
      const gitlab = await destroy(count, { parallel, latency: 200, engine: () => 2 });
      expect(gitlab.looks).toBe(looks);
    },
  );

  it("of 8 at a time looks once where all of it takes no longer than a look counts", async () => {
    const { looks } = await destroy(100, { parallel: 8, latency: 0, engine: () => 2 });
    expect(looks).toBe(1);
  });

  it.each([48, 64, 100])("of %i at a time takes 205 requests at most", async (parallel) => {
    for (const latency of [0, 50, 200]) {
      const { looks } = await destroy(100, { parallel, latency, engine: () => 2 });
      expect(looks, `${latency} ms`).toBeLessThanOrEqual(5);
    }
  });
});

it("looks once for as many as are destroyed at a time, whatever they are and however much apart they end", async () => {
  const times = fc.record({
    count: fc.integer({ min: 1, max: 120 }),
    parallel: fc.integer({ min: 1, max: 32 }),
    latency: fc.integer({ min: 0, max: 400 }),
    most: fc.integer({ min: 0, max: 15 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  });
  await fc.assert(
    fc.asyncProperty(times, async ({ count, parallel, latency, most, seed }) => {
      let drawn = seed;
      const engine = (): number => (drawn = (drawn * 16_807) % 2_147_483_647) % (most + 1);
      const { looks } = await destroy(count, { parallel, latency, engine });
      // The first time 8 go out at a time, and those whose turn comes too late look again, with the next ones.
      expect(looks).toBeLessThanOrEqual(Math.ceil(count / parallel) + 1);
    }),
    { numRuns: 60 },
  );
});
