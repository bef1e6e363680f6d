import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { createClient } from "../../provider/gitlab/request/http";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import { api } from "../../provider/gitlab/request/paths";
import { asOneOperation } from "../../provider/gitlab/request/patience";
import { RETRY_LIMITS } from "../../provider/gitlab/request/retry";
import { inItsTime } from "../support/inItsTime";
import { CANARY, Held, json, QUICK, refusalOf, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

const path = api`projects/${1}/things`;
const FIVE = ["GET", "GET", "GET", "GET", "GET", "GET"].map(
  (method) => `${method} /api/v4/projects/1/things`,
);

/** A client with another time limit for one request, in seconds. */
function quickly(timeoutSeconds: number, limits = QUICK, maxRequests?: number): GitLabClient {
  const env = { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: server.origin };
  const connection = resolveConnection(undefined, { get: () => undefined }, env);
  return createClient({ ...connection, timeoutSeconds, maxRequests }, { limits });
}

/** Answers `first` a number of times, then 200. */
const after =
  (times: number, first: (response: ServerResponse) => unknown): Handler =>
  (_, response, count) =>
    count <= times ? first(response) : json(response, 200, { ok: true });

/** Time passes only while nobody asks the server anything, and nothing that it holds is to be answered. */
const quietly = <T>(work: () => Promise<T>, answer?: () => boolean): Promise<T> =>
  inItsTime({ asked: () => server.seen.length, ...(answer && { answer }) }, work);

/** Resolves when a timer of such a length is set: somebody waits now. */
function timerOf(fits: (ms: number) => boolean): Promise<void> {
  const real = globalThis.setTimeout;
  return new Promise((resolve) => {
    const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation((act: () => void, ms = 0) => {
      if (fits(ms)) {
        spy.mockRestore();
        resolve();
      }
      return real(act, ms);
    });
  });
}

const faults: Record<string, (response: ServerResponse) => unknown> = {
  "500 JSON": (response) => json(response, 500, { message: "500 Internal Server Error" }),
  "502 HTML": (response) =>
    response.writeHead(502, { "content-type": "text/html" }).end("<title>Bad Gateway</title>"),
  "503 with Retry-After": (response) => json(response, 503, {}, { "retry-after": "0" }),
  "429 JSON": (response) => json(response, 429, { message: { error: "too many" } }),
  "429 text": (response) => response.writeHead(429, { "content-type": "text/plain" }).end("Retry later"),
  "a reset before the answer": (response) => response.socket?.resetAndDestroy(),
  "an answer that breaks off": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"ok":');
    setImmediate(() => response.socket?.destroy());
  },
};

describe("a read", () => {
  it.each(Object.entries(faults))("gets its answer after %s twice", async (_, fault) => {
    await start(after(2, fault));
    expect(await server.client().get(path)).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
  });

  it("gives up after five repeats", async () => {
    await start(after(99, (response) => json(response, 500, { message: "500 Internal Server Error" })));
    const error = await refusalOf(server.client().get(path));
    expect(error).toMatchObject({ kind: "server", status: 500, applied: "no" });
    expect(server.log).toEqual(FIVE);
  });

  it("that takes too long is asked again, and is lost in the end", async () => {
    await start(() => undefined);
    const client = quickly(60, { ...RETRY_LIMITS, repeats: 2 });
    const error = await quietly(() => refusalOf(client.get(path)));
    expect(error).toMatchObject({ kind: "lost", applied: "no" });
    expect(server.seen).toHaveLength(3);
  });
});

it("an answer that trickles in is cut off at the time limit", async () => {
  await start((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drops = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(drops));
  });
  const client = quickly(60);
  const error = await quietly(() => refusalOf(client.post(path)));
  expect(error).toMatchObject({ kind: "lost", applied: "unknown" });
  expect(server.seen).toHaveLength(1);
});

describe("a write", () => {
  it.each(["429 JSON", "429 text"])("is repeated after %s: nothing happened", async (name) => {
    await start(after(2, faults[name] as (response: ServerResponse) => unknown));
    expect(await server.client().post(path, { name: "x" })).toEqual({ ok: true });
    expect(server.seen.map(({ body }) => body)).toEqual(['{"name":"x"}', '{"name":"x"}', '{"name":"x"}']);
  });

  it.each(["500 JSON", "502 HTML", "503 with Retry-After"])("is not repeated after %s", async (name) => {
    await start(after(1, faults[name] as (response: ServerResponse) => unknown));
    const error = await refusalOf(server.client().put(path, {}));
    expect(error).toMatchObject({ kind: "server", applied: "unknown" });
    expect(server.seen).toHaveLength(1);
  });

  it.each(["a reset before the answer", "an answer that breaks off"])("is lost after %s", async (name) => {
    await start(after(1, faults[name] as (response: ServerResponse) => unknown));
    const error = await refusalOf(server.client().delete(path));
    expect(error).toMatchObject({ kind: "lost", applied: "unknown" });
    expect(server.seen).toHaveLength(1);
  });

  it("on a reused connection that the server closes is lost, not repeated", async () => {
    await start((_, response, count) =>
      count === 2 ? response.socket?.resetAndDestroy() : json(response, 200, { ok: true }),
    );
    const client = server.client();
    await client.get(path);
    expect(await refusalOf(client.post(path))).toMatchObject({ kind: "lost", applied: "unknown" });
    expect(server.connections).toBe(1);
  });

  it("is repeated while no connection can be made, and then says so", async () => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const connection = resolveConnection(
      undefined,
      { get: () => undefined },
      { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: `http://127.0.0.1:${port}` },
    );
    // As often as it takes until somebody listens.
    const client = createClient(connection, { limits: { ...QUICK, repeats: Infinity, total: Infinity } });
    const lost = refusalOf(createClient(connection, { limits: QUICK }).post(path));
    expect(await lost).toMatchObject({ kind: "network", applied: "no" });

    const sleeps = timerOf((ms) => ms > 0 && ms <= QUICK.longestDelay + 1);
    const posting = client.post(path);
    await sleeps;
    const late = createServer((socket) => {
      socket.once("data", () =>
        socket.end("HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\r\n{}"),
      );
    });
    await new Promise<void>((resolve) => late.listen(port, "127.0.0.1", resolve));
    expect(await posting).toEqual({});
    late.close();
  });
});

describe("rate limits", () => {
  it("keep everybody at that host quiet for the time GitLab asks for", async () => {
    const times: number[] = [];
    await start((_, response, count) => {
      times.push(Date.now());
      return count === 1 ? json(response, 429, {}, { "retry-after": "7" }) : json(response, 200, {});
    });
    const client = server.client({ limits: RETRY_LIMITS });
    await quietly(async () => {
      const quiet = timerOf((ms) => ms >= 7000 && ms < 8000);
      const first = client.get(path);
      await quiet;
      await Promise.all([first, client.post(path), server.client().get(path)]);
    });
    const [limited = 0, ...later] = times;
    expect(later.map((time) => time - limited >= 7000)).toEqual([true, true, true]);
  });

  it("longer than a run waits fail at once and say how long", async () => {
    await start(after(1, (response) => json(response, 429, {}, { "retry-after": "600" })));
    const error = await refusalOf(server.client().get(path));
    expect(error.kind).toBe("rate-limited");
    expect(error.message).toContain("wait 600 seconds");
    expect(server.seen).toHaveLength(1);
  });

  it("of any size are told in words", async () => {
    await start(after(1, (response) => json(response, 429, {}, { "retry-after": "9".repeat(40) })));
    const error = await refusalOf(server.client().get(path));
    expect(error.message).toContain("wait more than a day, longer than this run does");
  });
});

describe("turns", () => {
  it("bound the requests in flight over all clients of a host, and waiting for one costs no time", async () => {
    const held = new Held();
    await start(held.handler);
    const clients = [quickly(1, QUICK, 8), quickly(1, QUICK, 8)];
    await quietly(
      () => Promise.all(Array.from({ length: 48 }, (_, i) => clients[i % 2]!.get(path))),
      () => held.answer(() => vi.advanceTimersByTime(900)),
    );
    expect(held.rounds).toEqual([8, 8, 8, 8, 8, 8]);
    expect(server.mostInFlight).toBe(8);
    expect(server.seen).toHaveLength(48);
    expect(server.connections).toBeLessThanOrEqual(8);
  });

  it("can be fewer", async () => {
    const held = new Held();
    await start(held.handler);
    const client = server.client({}, { GITLAB_MAX_REQUESTS: "2" });
    await quietly(
      () => Promise.all(Array.from({ length: 10 }, () => client.get(path))),
      () => held.answer(),
    );
    expect(held.rounds).toEqual([2, 2, 2, 2, 2]);
    expect(server.mostInFlight).toBe(2);
  });

  it("are free while a request sleeps before its repeat", async () => {
    await start(({ url }, response) => json(response, url.includes("slow") ? 500 : 200, {}));
    const AN_HOUR = 3_600_000;
    const pauses = { firstDelay: AN_HOUR, longestDelay: AN_HOUR, total: Infinity, operation: Infinity };
    const client = server.client({ limits: { ...QUICK, ...pauses } }, { GITLAB_MAX_REQUESTS: "1" });
    void client.get(api`slow`);
    await client.get(path);
    expect(server.log).toEqual(["GET /api/v4/slow", "GET /api/v4/projects/1/things"]);
  });
});

describe("a GitLab that answers nothing", () => {
  it("is given up for all after a while, which is said once", async () => {
    await start(() => undefined);
    const said: string[] = [];
    const connection = resolveConnection(
      undefined,
      { get: () => undefined },
      { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: server.origin },
    );
    const client = createClient(connection, {
      limits: { ...RETRY_LIMITS, repeats: 2 },
      warn: (sentence) => said.push(sentence),
    });
    const errors = await quietly(() =>
      Promise.all(Array.from({ length: 100 }, () => refusalOf(client.get(path)))),
    );
    const unsent = errors.filter(({ message }) => message.includes("not sent, because GitLab has answered"));
    expect(unsent.length).toBeGreaterThan(50);
    expect(unsent.every(({ kind, applied }) => kind === "network" && applied === "no")).toBe(true);
    expect(said).toEqual([expect.stringContaining("has answered nothing for minutes")]);
    expect(server.seen.length).toBeLessThan(60);
  });

  it("costs one operation only so much, however many requests it takes", async () => {
    await start((_, response) => json(response, 500, {}));
    const limits = { ...QUICK, firstDelay: 20, longestDelay: 20, operation: 50 };
    const client = server.client({ limits });
    await quietly(() =>
      asOneOperation(async () => {
        for (let i = 0; i < 10; i++) await refusalOf(client.get(path));
      }),
    );
    // Ten requests and hardly a repeat, where each by itself would have had five.
    expect(server.seen.length).toBeGreaterThan(10);
    expect(server.seen.length).toBeLessThan(20);
  });
});
