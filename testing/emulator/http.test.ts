import { once } from "node:events";
import { createServer } from "node:net";

import { afterEach, describe, expect, it, vi } from "vitest";

import { Emulator } from "./index";

let gitlab: Emulator;
afterEach(() => gitlab.stop());

const base = "/projects/acme%2Fshop/environments";
const get = (path = base) => gitlab.api("GET", path);
const AN_HOUR = 3_600_000;

/** So many requests, of which none goes on before all have come. */
async function atOnce(howMany: number): Promise<void> {
  let come = 0;
  let open = (): void => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  gitlab.onBeforeRequest(() => {
    if (++come === howMany) open();
    return all;
  });
  await Promise.all(Array.from({ length: howMany }, () => get()));
}

describe("pages", () => {
  it("say where they are, in headers and links that repeat every parameter", async () => {
    gitlab = await Emulator.start();
    gitlab.world.addEnvironments("acme/shop", 5);
    const { headers, body } = await get(`${base}?per_page=2&page=2&states=available`);
    expect(body.map((row: { name: string }) => row.name)).toEqual(["review/3", "review/4"]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-page": "2",
      "x-per-page": "2",
      "x-next-page": "3",
      "x-prev-page": "1",
      "x-total": "5",
      "x-total-pages": "3",
    });
    const url = `${gitlab.url}/api/v4${base}?id=acme%2Fshop`;
    const link = (page: number, rel: string) =>
      `<${url}&page=${page}&per_page=2&states=available>; rel="${rel}"`;
    expect(headers.get("link")).toBe(
      [link(1, "prev"), link(3, "next"), link(1, "first"), link(3, "last")].join(", "),
    );
    const last = await get(`${base}?per_page=2&page=3`);
    expect(last.headers.get("x-next-page")).toBe("");
    expect(last.headers.get("link")).not.toContain("next");
  });

  it("hold a hundred at most, and count an empty list as one page", async () => {
    gitlab = await Emulator.start();
    expect((await get()).headers.get("x-total-pages")).toBe("1");
    gitlab.world.addEnvironments("acme/shop", 120);
    expect((await get(`${base}?per_page=1000`)).body).toHaveLength(100);
    expect((await get(`${base}?pagination=keyset`)).body).toHaveLength(20);
  });

  it("lose their totals above ten thousand rows, and stay quick", async () => {
    gitlab = await Emulator.start();
    gitlab.world.addEnvironments("acme/shop", 20_000);
    const { headers, body } = await get(`${base}?per_page=100&page=150`);
    expect(body[0].name).toBe("review/14901");
    expect(headers.get("x-total")).toBeNull();
    expect(headers.get("x-total-pages")).toBeNull();
    expect(headers.get("link")).not.toContain('rel="last"');
    expect(headers.get("x-next-page")).toBe("151");
  });
});

describe("bodies", () => {
  it("may be JSON, a form, several parts, or the query", async () => {
    gitlab = await Emulator.start();
    const parts = new FormData();
    parts.set("name", "three");
    expect((await gitlab.api("POST", base, { name: "one" })).status).toBe(201);
    expect((await gitlab.api("POST", base, new URLSearchParams({ name: "two" }))).status).toBe(201);
    expect((await gitlab.api("POST", base, parts)).status).toBe(201);
    expect((await gitlab.api("POST", `${base}?name=four`)).status).toBe(201);
    expect(gitlab.requests.map((request) => request.status)).toEqual([201, 201, 201, 201]);
  });

  it("that are broken are 400", async () => {
    gitlab = await Emulator.start();
    const headers = { "PRIVATE-TOKEN": gitlab.token, "Content-Type": "application/json" };
    const answer = await fetch(`${gitlab.url}/api/v4${base}`, { method: "POST", headers, body: "{" });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toHaveProperty("error");
  });

  it("cannot reach the prototype of anything", async () => {
    gitlab = await Emulator.start();
    const body = new URLSearchParams({
      "__proto__[polluted]": "1",
      "constructor[prototype][polluted]": "1",
      name: "one",
    });
    expect((await gitlab.api("POST", base, body)).status).toBe(201);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("rate limits", () => {
  it("answer plain text and say when to come back", async () => {
    gitlab = await Emulator.start({ rateLimit: { requests: 1 } });
    expect((await get()).headers.get("ratelimit-limit")).toBeNull();
    const { status, body, headers } = await get();
    expect([status, body]).toEqual([429, "Retry later\n"]);
    expect(headers.get("content-type")).toBe("text/plain");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(headers.get("ratelimit-reset")) * 1000).toBeGreaterThan(Date.now());
    expect(headers.get("ratelimit-remaining")).toBe("0");
  });

  it("answer JSON without Retry-After, and let pass when the window is over", async () => {
    let time = Date.now();
    const now = () => time;
    gitlab = await Emulator.start({
      rateLimit: { requests: 1, windowMs: 100, now, body: "json", retryAfter: false, onEveryAnswer: true },
    });
    expect((await get()).headers.get("ratelimit-observed")).toBe("1");
    const refused = await get();
    expect(refused).toMatchObject({
      status: 429,
      body: { message: { error: "This endpoint has been requested too many times. Try again later." } },
    });
    expect(refused.headers.get("retry-after")).toBeNull();
    time += 99;
    expect((await get()).status).toBe(429);
    time += 1;
    expect((await get()).status).toBe(200);
  });
});

describe("faults", () => {
  const names = () => gitlab.world.environments("acme/shop").map((row) => row.name);

  it("answer in place of GitLab, as often as told and after as many as told", async () => {
    gitlab = await Emulator.start();
    gitlab.fault({
      method: "GET",
      path: /environments$/,
      status: 502,
      body: "<html>Bad Gateway</html>",
      skip: 1,
      times: 1,
    });
    expect((await get()).status).toBe(200);
    const bad = await get();
    expect([bad.status, bad.body, bad.headers.get("content-type")]).toEqual([
      502,
      "<html>Bad Gateway</html>",
      "text/html; charset=utf-8",
    ]);
    expect((await get()).status).toBe(200);
  });

  it("drop the connection before or after the request took effect", async () => {
    gitlab = await Emulator.start();
    gitlab.fault({ method: "POST", drop: "before", times: 1 });
    await expect(gitlab.api("POST", base, { name: "one" })).rejects.toThrow();
    expect(names()).toEqual([]);
    gitlab.fault({ method: "POST", drop: "after", times: 1 });
    await expect(gitlab.api("POST", base, { name: "one" })).rejects.toThrow();
    expect(names()).toEqual(["one"]);
    expect(gitlab.requests.map((request) => request.status)).toEqual([0, 0]);
  });

  it("fail after the commit, cut bodies and delay", async () => {
    gitlab = await Emulator.start();
    gitlab.fault({
      method: "POST",
      status: 500,
      body: { message: "500 Internal Server Error" },
      afterCommit: true,
    });
    expect((await gitlab.api("POST", base, { name: "one" })).status).toBe(500);
    expect(names()).toEqual(["one"]);
    gitlab.clearFaults();
    gitlab.fault({ truncate: true, times: 1 });
    await expect(get()).rejects.toThrow();
    gitlab.fault({ delayMs: 60 });
    const started = performance.now();
    await get();
    expect(performance.now() - started).toBeGreaterThan(50);
  });

  it("happen with a probability, the same on each run", async () => {
    const run = async () => {
      gitlab = await Emulator.start({ faultSeed: 7 });
      gitlab.fault({ probability: 0.5, status: 503 });
      const statuses = [];
      for (let i = 0; i < 12; i++) statuses.push((await get()).status);
      return statuses;
    };
    const first = await run();
    await gitlab.stop();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });
});

describe("the log and the watchers", () => {
  it("keep what was asked, by whom and with how many at once", async () => {
    gitlab = await Emulator.start();
    await atOnce(3);
    expect(gitlab.maxInFlight).toBe(3);
    expect(gitlab.requests[0]).toMatchObject({
      n: 1,
      method: "GET",
      path: `/api/v4${base}`,
      status: 200,
      user: "olivia",
    });
    expect(gitlab.requests.map((request) => request.inFlightAtStart).sort()).toEqual([1, 2, 3]);
    gitlab.clearRequests();
    expect(gitlab.requests).toEqual([]);
  });

  it("let as many wait at once as anybody sends, without a warning", async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", warned);
    gitlab = await Emulator.start();
    gitlab.fault({ delayMs: AN_HOUR });
    let waiting = 0;
    const all = new Promise<void>((resolve) => gitlab.onAfterRequest(() => ++waiting === 40 && resolve()));
    const hanging = Array.from({ length: 40 }, () => expect(get()).rejects.toThrow());
    await all;
    // Warnings are told in a later turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warnings).toEqual([]);
    await gitlab.stop();
    await Promise.all(hanging);
    gitlab = await Emulator.start();
  });

  it("may act before a request and judge after it", async () => {
    gitlab = await Emulator.start();
    gitlab.onBeforeRequest((request, world) => {
      if (request.n === 1) world.addEnvironment("acme/shop", "faster");
    });
    const seen: number[] = [];
    gitlab.onAfterRequest((_request, world) => seen.push(world.environments("acme/shop").length));
    expect((await gitlab.api("POST", base, { name: "faster" })).status).toBe(400);
    expect(seen).toEqual([1]);
  });

  it("make `stop` fail with what a watcher threw", async () => {
    gitlab = await Emulator.start();
    gitlab.onAfterRequest(() => {
      throw new Error("the protection was weaker");
    });
    await get();
    await expect(gitlab.stop()).rejects.toThrow("the protection was weaker");
    gitlab = await Emulator.start();
  });

  it("end what hangs when the emulator stops", async () => {
    gitlab = await Emulator.start();
    gitlab.fault({ delayMs: AN_HOUR, times: 1 });
    const hanging = expect(get()).rejects.toThrow();
    await expect.poll(() => gitlab.requests.length).toBe(1);
    await gitlab.stop();
    await hanging;
    gitlab = await Emulator.start();
  });
});

it("gets its port back from whoever had it while it refused connections, before it says that it accepts them", async () => {
  gitlab = await Emulator.start();
  await gitlab.refuseConnections();
  await expect(get()).rejects.toThrow();
  const other = createServer().listen(Number(new URL(gitlab.url).port), "127.0.0.1");
  await once(other, "listening");
  const accepting = [gitlab.acceptConnections(), gitlab.acceptConnections()];
  const settled = vi.fn();
  accepting.forEach((each) => void each.then(settled, settled));
  await once(other.close(), "close");
  expect(settled).not.toHaveBeenCalled();
  await accepting[1];
  expect((await get()).status).toBe(200);
  await accepting[0];
});
