import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { destroyInTime, TimedGitLab, type Doomed } from "./support/timedGitLab";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const of = (project: number): Doomed => ({ project: `acme/${project}` });
/** One of each project in turn. */
const mixed = (projects: number, each: number): readonly Doomed[] =>
  Array.from({ length: projects * each }, (_, n) => of(n % projects));
/** All of one project, then all of the next. */
const inRow = (projects: number, each: number): readonly Doomed[] =>
  Array.from({ length: projects * each }, (_, n) => of(Math.floor(n / each)));

const LATENCY = 1000;

async function destroy(environments: readonly Doomed[], parallel: number, gitlab = new TimedGitLab(LATENCY)) {
  await destroyInTime(environments, { parallel, latency: LATENCY, engine: () => 2 }, gitlab);
  return { gitlab, looks: gitlab.looks, rounds: Math.floor(gitlab.took / LATENCY) };
}

describe("a default destroy of environments in several projects", () => {
  it.each([
    // Two round trips for each of 38 turns, and one for the first looks.
    ["300 in three projects, one of each in turn", mixed(3, 100), 8, 114, 78],
    ["300 in six projects, one of each in turn", mixed(6, 50), 8, 228, 79],
    ["300 in three projects, one of each in turn", mixed(3, 100), 16, 57, 40],
    // And one wherever another project begins.
    ["300 in three projects, one project after the other", inRow(3, 100), 8, 43, 79],
    ["300 in fifty projects, one project after the other", inRow(50, 6), 8, 64, 90],
    // A project that comes for the first time has its own look.
    ["101, one of them in another project", [...inRow(1, 50), of(1), ...inRow(1, 50)], 8, 14, 28],
    ["100 in fifty projects, one project after the other", inRow(50, 2), 8, 50, 39],
    ["100 in fifty projects, one of each in turn", mixed(50, 2), 8, 100, 39],
    ["100 in a hundred projects", inRow(100, 1), 8, 100, 39],
    ["24 in three projects, one of each in turn", mixed(3, 8), 8, 12, 8],
  ])("%s, takes the looks and round trips", async (_, environments, parallel, looks, rounds) => {
    const seen = await destroy(environments, parallel);
    expect({ looks: seen.looks, rounds: seen.rounds }).toEqual({ looks, rounds });
  });

  it("keeps its pace beside those that go by no look", async () => {
    const every4th = (each: Doomed, n: number): Doomed =>
      n % 4 === 0 ? { ...each, onDestroy: "delete" } : each;
    const { looks, rounds } = await destroy(mixed(3, 100).map(every4th), 8);
    expect({ looks, rounds }).toEqual({ looks: 114, rounds: 78 });
  });

  it("looks at each environment of a crowded project, and tries its page once", async () => {
    const gitlab = new TimedGitLab(LATENCY, new Set(["acme/0"]));
    await destroy(mixed(2, 50), 8, gitlab);
    expect([gitlab.looksAt("acme/0"), gitlab.looksAt("acme/1")]).toEqual([51, 13]);
  });
});

it("takes three round trips for as many as are destroyed at a time, and no more looks than environments but for one turn", async () => {
  const runs = fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
    inOrder: fc.boolean(),
    parallel: fc.integer({ min: 1, max: 32 }),
    latency: fc.integer({ min: 0, max: 400 }),
    apart: fc.integer({ min: 0, max: 15 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ sizes, inOrder, parallel, latency, apart, seed }) => {
      let drawn = seed;
      const draw = (): number => (drawn = (drawn * 16_807) % 2_147_483_647);
      const all = sizes.flatMap((size, n) => Array.from({ length: size }, () => ({ ...of(n), at: draw() })));
      if (!inOrder) all.sort((one, other) => one.at - other.at);
      const engine = (): number => draw() % (apart + 1);
      const { looks, took } = await destroyInTime(all, { parallel, latency, engine });
      expect(looks).toBeLessThanOrEqual(all.length + parallel);
      const turns = Math.ceil(all.length / parallel);
      // At first, 8 requests go out at a time.
      const begin = parallel > 8 ? 3 * latency : 0;
      expect(took).toBeLessThanOrEqual(begin + turns * (3 * latency + 2 * apart + 20));
    }),
    { numRuns: 60 },
  );
});
