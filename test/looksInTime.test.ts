import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { destroyInTime, type Times } from "./support/timedGitLab";

const destroy = (count: number, times: Times) =>
  destroyInTime(
    Array.from({ length: count }, () => ({ project: "acme/shop" })),
    times,
  );

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
    [32, 11],
  ])("of %i at a time takes %i round trips", async (parallel, rounds) => {
    const latency = 1000;
    const { took } = await destroy(100, { parallel, latency, engine: () => 2 });
    expect(Math.floor(took / latency)).toBe(rounds);
  });

  it("of 32 at a time takes hardly longer where each request keeps the processor busy, so that answers come one after the other", async () => {
    const { looks, took } = await destroy(100, { parallel: 32, latency: 50, engine: () => 2, work: 0.7 });
    expect([looks, Math.floor(took / 50)]).toEqual([5, 12]);
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
