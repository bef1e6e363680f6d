import { afterEach, beforeEach, expect, it } from "vitest";

import { api } from "../provider/gitlab/request/paths";
import type { Context } from "../provider/lifecycle/context";
import { destroyEnvironment } from "../provider/lifecycle/environment/removal";
import { runOf } from "../provider/lifecycle/pipeline/run";
import { waitForPipeline } from "../provider/lifecycle/pipeline/wait";
import { Emulator } from "../testing/emulator";
import { clientOf, contextOf } from "./support/context";
import { inItsTime } from "./support/inItsTime";

const PROJECT = "acme/shop";
const MANY = 30;

let emulator: Emulator;
let context: Context;

/** What Node has to say, which a user would read. */
const warnings: string[] = [];
const warned = ({ message }: Error): void => void warnings.push(message);

beforeEach(async () => {
  process.on("warning", warned);
  emulator = await Emulator.start({ switches: { stopJobReads: "manual" } });
  context = contextOf(clientOf(emulator));
});

afterEach(async () => {
  await emulator.stop();
  process.off("warning", warned);
  expect(warnings).toEqual([]);
});

const asked = (pattern: RegExp): number =>
  emulator.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)).length;

/** Time passes only while nobody asks this GitLab anything. */
const quietly = <T>(work: () => Promise<T>): Promise<T> =>
  inItsTime({ asked: () => emulator.lastRequest }, work);

/** Calls back once, when that many requests have been of this kind. */
function whenAsked(pattern: RegExp, times: number, act: () => void): void {
  let acted = false;
  emulator.onAfterRequest(() => {
    if (acted || asked(pattern) < times) return;
    acted = true;
    act();
  });
}

it("share list pages while many environments stop, and hold no turn meanwhile", async () => {
  const LIST = /^GET .*\/environments$/;
  const { world } = emulator;
  const names = Array.from({ length: MANY }, (_, n) => `review-${n}`);
  for (const name of names) {
    world.addEnvironment(PROJECT, name);
    world.addOnStopJob(PROJECT, name);
  }
  whenAsked(LIST, 3, () => names.forEach((name) => world.finishStopJob(PROJECT, name)));
  const destroyed = (name: string) => {
    const { id: number } = world.environment(PROJECT, name);
    const props = { project: PROJECT, name, number, state: "available", onDestroy: "delete" };
    return destroyEnvironment(context, `${PROJECT}:${number}`, props, { replaced: false });
  };
  await quietly(() => Promise.all(names.map(destroyed)));
  expect(world.environments(PROJECT)).toEqual([]);
  expect(asked(/^POST .*\/stop$/)).toBe(MANY);
  expect(asked(/^DELETE /)).toBe(MANY);
  // Nobody was read alone but those who asked while a page was on its way.
  expect(asked(LIST)).toBeGreaterThanOrEqual(3);
  expect(asked(/^GET /)).toBeLessThan(MANY);
});

it("share list pages while many pipelines run, and read each once when it has ended", async () => {
  const LIST = /^GET .*\/pipelines$/;
  const { world } = emulator;
  const pipelines = Array.from({ length: MANY }, () => world.addPipeline(PROJECT, { status: "running" }));
  whenAsked(LIST, 3, () => pipelines.forEach(({ id }) => world.finishPipeline(id)));
  const waitFor = (number: number) =>
    waitForPipeline(
      runOf(context, { project: PROJECT, number }, `${PROJECT}:${number}`, { waitFor: "success" }),
    );
  const waited = await quietly(() => Promise.all(pipelines.map(({ id }) => waitFor(id))));
  expect(waited.map(({ wire }) => wire.status)).toEqual(pipelines.map(() => "success"));
  expect(waited.every(({ wire, failure }) => "coverage" in wire && failure === undefined)).toBe(true);
  expect(asked(LIST)).toBeLessThan(10);
  // Besides the jobs that are counted for the lines: one each at the end.
  expect(asked(/^GET .*\/pipelines\/\d+$/)).toBeGreaterThanOrEqual(MANY);
  expect(asked(/^GET .*\/pipelines\/\d+$/)).toBeLessThan(2 * MANY);
});

it("hold no turn: with one request at a time, others go on while a stop is waited for, and before a repeat", async () => {
  const { world } = emulator;
  const client = clientOf(emulator, { GITLAB_MAX_REQUESTS: "1" });
  const { id: number } = world.addEnvironment(PROJECT, "review-0");
  world.addOnStopJob(PROJECT, "review-0");
  const props = { project: PROJECT, name: "review-0", number, state: "available", onDestroy: "delete" };
  let ended = false;
  const destroyed = destroyEnvironment(contextOf(client), `${PROJECT}:${number}`, props, {
    replaced: false,
  }).then(() => (ended = true));
  const others = [api`/projects/${PROJECT}`, api`/projects/${"acme/api"}`];
  // The second look says that it waits.
  await new Promise<void>((resolve) => whenAsked(/^GET .*environments/, 2, resolve));
  for (const path of others) await client.get(path);
  expect(ended).toBe(false);
  world.finishStopJob(PROJECT, "review-0");
  await destroyed;

  emulator.clearRequests();
  emulator.fault({ path: "acme%2Fshop", status: 502, times: 1 });
  await Promise.all(others.map((path) => client.get(path)));
  const [first, second] = others.map(({ path }) => `/api/v4${path}`);
  expect(emulator.requests.map(({ path }) => path)).toEqual([first, second, first]);
});
