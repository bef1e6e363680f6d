import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { GitLabClient } from "../provider/gitlab/request/client";
import { api } from "../provider/gitlab/request/paths";
import { destroyEnvironment } from "../provider/lifecycle/environment/removal";
import { Emulator, type LoggedRequest } from "../testing/emulator";
import { clientOf, contextOf } from "./support/context";
import { LooksWatch } from "./support/looksWatch";

const SHOP = "acme/shop";
const LOOK = "GET /projects/acme/shop/deployments";
/** A page of all of them, as against a look at one environment. */
const PAGE = `${LOOK}?order_by=id&sort=desc&per_page=100`;

let emulator: Emulator;

beforeEach(async () => {
  // Time stands still unless a test lets it pass: how old a look is does not depend on the machine.
  vi.useFakeTimers({ toFake: ["performance"] });
  emulator = await Emulator.start();
});

afterEach(async () => {
  vi.useRealTimers();
  await emulator.stop();
});

const pass = (ms: number): void => void vi.advanceTimersByTime(ms);

function line({ method, path, query }: LoggedRequest): string {
  const search = Object.entries(query).map(([key, value]) => `${key}=${String(value)}`);
  const asked = `${method} ${decodeURIComponent(path).replace("/api/v4", "")}`;
  return asked + (search.length > 0 ? `?${search.join("&")}` : "");
}

const log = (): string[] => emulator.requests.map(line);
const count = (pattern: RegExp): number => log().filter((each) => pattern.test(each)).length;
const removed = (name: string): string[] => {
  const one = `/projects/acme/shop/environments/${numbers.get(name)}`;
  return [`POST ${one}/stop`, `DELETE ${one}`];
};

/** By name, also of what is gone. */
const numbers = new Map<string, number>();

function environmentsNamed(names: readonly string[]): readonly string[] {
  for (const name of names) numbers.set(name, emulator.world.addEnvironment(SHOP, name).id);
  return names;
}

const many = (howMany: number, prefix = "review"): readonly string[] =>
  environmentsNamed(Array.from({ length: howMany }, (_, n) => `${prefix}-${n}`));

const deployTo = (environment: string): void =>
  void emulator.world.addCiDeployment(SHOP, { environment, status: "success" });

const isThere = (name: string): boolean =>
  emulator.world.environments(SHOP).some((environment) => environment.name === name);

/** The deletion of one environment: undefined, or why it was refused. */
async function destroy(name: string, client: GitLabClient, state = "available"): Promise<string | undefined> {
  const number = numbers.get(name) ?? 0;
  const props = { project: SHOP, name, number, state };
  try {
    await destroyEnvironment(contextOf(client), `${SHOP}:${number}`, props, { replaced: false });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const destroyAll = (names: readonly string[], client = clientOf(emulator)) =>
  Promise.all(names.map((name) => destroy(name, client)));

const inUse = (name: string): unknown => expect.stringContaining(`the environment ${name} has deployments`);

describe("looks at deployments", () => {
  it("are one for a hundred environments of a project that are destroyed at once", async () => {
    const names = many(100);
    await destroyAll(names);
    expect(emulator.world.environments(SHOP)).toEqual([]);
    expect(log().filter((each) => each.startsWith("GET"))).toEqual([PAGE]);
    expect(log().slice(1).sort()).toEqual(names.flatMap(removed).sort());
  });

  it("are one for each thirty-two where so many are destroyed at a time: 204 requests for a hundred", async () => {
    const names = many(100);
    const client = clientOf(emulator);
    for (let n = 0; n < 100; n += 32) {
      await destroyAll(names.slice(n, n + 32), client);
      pass(2000);
    }
    expect(emulator.world.environments(SHOP)).toEqual([]);
    expect(count(/^GET /)).toBe(4);
    expect(log()).toHaveLength(204);
  });

  it("count for whoever comes as long as they do: 201 requests for a hundred that are destroyed in that time", async () => {
    const names = many(100);
    const client = clientOf(emulator);
    for (let n = 0; n < 100; n += 8) await destroyAll(names.slice(n, n + 8), client);
    expect(emulator.world.environments(SHOP)).toEqual([]);
    expect(log().filter((each) => each.startsWith("GET"))).toEqual([PAGE]);
    expect(log()).toHaveLength(201);
  });

  it("do not count after this process has deployed something itself, nor do they refuse whoever comes later", async () => {
    const names = many(6);
    const client = clientOf(emulator);
    expect(await destroyAll(names.slice(0, 2), client)).toEqual([undefined, undefined]);
    const sha = emulator.world.project(SHOP).branches.get("main");
    const body = { environment: "review-2", sha, ref: "main", tag: false, status: "failed" };
    const { id } = await client.post<{ id: number }>(api`/projects/${SHOP}/deployments`, body);
    expect(await destroyAll(names.slice(2, 4), client)).toEqual([inUse("review-2"), undefined]);
    // Deleted by somebody else, in the time that the last page still counts.
    await emulator.api("DELETE", `/projects/acme%2Fshop/deployments/${id}`);
    expect(await destroyAll(["review-2", ...names.slice(4)], client)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(log().filter((each) => each.startsWith("GET"))).toEqual([
      PAGE,
      PAGE,
      `${LOOK}?environment=review-2&per_page=1`,
    ]);
  });

  it("are by name, and of one row, where one environment is destroyed", async () => {
    const [name = ""] = many(1);
    expect(await destroy(name, clientOf(emulator))).toBeUndefined();
    expect(log()).toEqual([`${LOOK}?environment=${name}&per_page=1`, ...removed(name)]);
  });

  it("refuse those that have deployments and let the others go, in the same page", async () => {
    const names = many(6);
    [1, 4].forEach((n) => deployTo(`review-${n}`));
    expect(await destroyAll(names)).toEqual(
      names.map((name, n) => (n === 1 || n === 4 ? inUse(name) : undefined)),
    );
    expect(count(/^GET /)).toBe(1);
    expect(emulator.world.environments(SHOP).map(({ name, state }) => [name, state])).toEqual([
      ["review-1", "available"],
      ["review-4", "available"],
    ]);
  });

  it("are of each by itself where a page does not hold all deployments, and no page is tried again", async () => {
    const names = many(12);
    environmentsNamed(["busy"]);
    deployTo("review-11");
    for (let n = 0; n < 100; n++) deployTo("busy");
    const client = clientOf(emulator);
    expect((await destroyAll(names.slice(0, 8), client)).every((refused) => refused === undefined)).toBe(
      true,
    );
    expect(count(/^GET /)).toBe(9);
    expect(await destroyAll(names.slice(8), client)).toEqual([
      undefined,
      undefined,
      undefined,
      inUse("review-11"),
    ]);
    expect(count(/^GET /)).toBe(13);
    expect(log().filter((each) => each === PAGE)).toHaveLength(1);
  });

  it("are not made for an environment that goes whatever was deployed to it", async () => {
    const names = many(5);
    const client = clientOf(emulator);
    for (const n of [0, 2]) {
      await destroyAll(names.slice(n, n + 2), client);
      pass(2000);
    }
    const number = numbers.get("review-4") ?? 0;
    const props = { project: SHOP, name: "review-4", number, state: "available", onDestroy: "delete" };
    emulator.clearRequests();
    await destroyEnvironment(contextOf(client), `${SHOP}:${number}`, props, { replaced: false });
    expect(log()).toEqual(removed("review-4"));
  });

  it("count for nobody where something on the way hides how many deployments there are", async () => {
    const names = many(3);
    emulator.fault({ path: "/deployments", status: 200, body: [], times: 1 });
    expect(await destroyAll(names)).toEqual([undefined, undefined, undefined]);
    expect(count(/^GET /)).toBe(4);
  });

  it("that fail refuse those of their own project, and nobody else waits for them", async () => {
    const other = "acme/other";
    emulator.world.addProject({ path: other });
    const number = emulator.world.addEnvironment(other, "beside").id;
    emulator.fault({ path: "/acme%2Fother/deployments", status: 403 });
    const client = clientOf(emulator);
    const props = { project: other, name: "beside", number, state: "available" };
    const beside = destroyEnvironment(contextOf(client), `${other}:${number}`, props, { replaced: false });
    const [refused, ...gone] = await Promise.allSettled([
      beside,
      ...many(8).map((name) => destroy(name, client)),
    ]);
    expect(refused.status).toBe("rejected");
    expect(gone).toEqual(gone.map(() => ({ status: "fulfilled", value: undefined })));
    expect(emulator.world.environments(other)).toHaveLength(1);
    expect(log().filter((each) => each.startsWith(LOOK))).toEqual([PAGE]);
  });
});

describe("a look at deployments", () => {
  /** What follows a look has to wait: one request at a time. */
  const oneByOne = () => clientOf(emulator, { GITLAB_MAX_REQUESTS: "1" });

  it("is made again where the stop's turn comes later than a page takes", async () => {
    const names = many(2);
    let stops = 0;
    emulator.onBeforeRequest(({ path }) => {
      if (!path.endsWith("/stop") || ++stops > 1) return;
      pass(2000);
      deployTo("review-1");
    });
    expect(await destroyAll(names, oneByOne())).toEqual([undefined, inUse("review-1")]);
    expect(count(/\/stop$/)).toBe(1);
    expect(count(/^GET /)).toBe(2);
    expect(emulator.world.environment(SHOP, "review-1").state).toBe("available");
  });

  it("is made again before a stop is repeated that GitLab put off", async () => {
    const [name = ""] = many(1);
    emulator.onAfterRequest(({ path }) => void (path.endsWith("/stop") && pass(2000)));
    emulator.fault({ path: "/stop", status: 429, headers: { "retry-after": "1" }, times: 1 });
    expect(await destroy(name, clientOf(emulator))).toBeUndefined();
    const alone = `${LOOK}?environment=${name}&per_page=1`;
    expect(log()).toEqual([alone, removed(name)[0], alone, ...removed(name)]);
  });

  it("precedes the deletion of what was stopped before, and the second stop of what was started since", async () => {
    const [name = ""] = many(1);
    await emulator.api("POST", `/projects/acme%2Fshop/environments/${numbers.get(name)}/stop`);
    emulator.clearRequests();
    let looks = 0;
    emulator.onAfterRequest(({ path }) => {
      if (!path.endsWith("/deployments") || ++looks > 1) return;
      deployTo(name);
      emulator.world.environment(SHOP, name).state = "available";
    });
    expect(await destroy(name, clientOf(emulator), "stopped")).toEqual(inUse(name));
    expect(isThere(name)).toBe(true);
    expect(count(/\/stop$/)).toBe(0);
  });
});

it("no stop is sent by a look older than a page takes, or one that shows a deployment", async () => {
  const step = fc.record({
    before: fc.nat(700),
    after: fc.nat(700),
    deploy: fc.option(fc.nat(11), { freq: 2 }),
  });
  const steps = fc.array(step, { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 8 }), run),
    { numRuns: 40 },
  );
});

type Steps = readonly { before: number; after: number; deploy: number | null }[];

/** Twelve deletions, so many of them at the same time, while time passes and deployments come at any request. */
async function run(steps: Steps, parallel: number, maxRequests: number): Promise<void> {
  await emulator.stop();
  emulator = await Emulator.start();
  const names = many(12);
  const watch = new LooksWatch();
  let requests = 0;
  const next = () => steps[requests % steps.length] ?? { before: 0, after: 0, deploy: null };
  emulator.onBeforeRequest(() => {
    const { before, deploy } = next();
    pass(before);
    const name = `review-${deploy}`;
    if (deploy === null || !isThere(name)) return;
    watch.deployed(name);
    deployTo(name);
  });
  emulator.onAfterRequest(() => {
    pass(next().after);
    requests++;
  });
  const client = watch.client(clientOf(emulator, { GITLAB_MAX_REQUESTS: String(maxRequests) }), numbers);
  const queue = [...names];
  const refused = new Map<string, string | undefined>();
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      refused.set(name, await destroy(name, client));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  for (const name of names) expect(refused.get(name)).toEqual(isThere(name) ? inUse(name) : undefined);
}
