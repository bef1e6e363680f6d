import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { afterEach, expect, it } from "vitest";

import { resolveConnection } from "../../provider/gitlab/connection/connection";
import { createClient } from "../../provider/gitlab/request/http";
import { api } from "../../provider/gitlab/request/paths";
import { CANARY, json, QUICK, TestServer, type Handler } from "./server";

const PROXIES = ["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"];
const before = PROXIES.map((name) => [name, process.env[name]] as const);
let server: TestServer | undefined;
let hosts = 0;

afterEach(async () => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  await server?.stop();
});

interface Came {
  readonly value?: unknown;
  readonly error?: { readonly kind: string; readonly applied: string; readonly message: string };
  readonly seen: string[];
}

/** What comes of a GET and a PUT of the same, and what the server saw of them. */
async function cameOf(handler: Handler, timeoutSeconds: number, byProxy: boolean): Promise<Came[]> {
  server = await TestServer.start(handler);
  // Turns are kept by host.
  const host = byProxy ? `http://host${++hosts}.invalid` : server.origin;
  for (const name of PROXIES) delete process.env[name];
  if (byProxy) process.env["http_proxy"] = server.origin;
  const env = {
    GITLAB_TOKEN: CANARY,
    GITLAB_BASE_URL: host,
  };
  const connection = resolveConnection(undefined, { get: () => undefined }, env);
  const client = createClient(
    { ...connection, timeoutSeconds },
    { limits: { ...QUICK, repeats: 1 }, warn: () => undefined },
  );
  const came: Came[] = [];
  for (const ask of [() => client.get(api`things`), () => client.put(api`things`, { name: "é" })]) {
    const outcome = await ask().then(
      (value: unknown) => ({ value }),
      ({ kind, applied, message }: NonNullable<Came["error"]>) => ({
        error: { kind, applied, message: message.replaceAll(host, "http://gitlab.invalid") },
      }),
    );
    const seen = server.seen.splice(0).map(({ method, url, headers, body }) => {
      expect(headers["private-token"]).toBe(CANARY);
      return `${method} ${new URL(url, host).pathname} ${headers["content-length"]} ${headers["accept-encoding"]?.startsWith("gzip")} ${body}`;
    });
    came.push({ ...outcome, seen });
  }
  await server.stop();
  return came;
}

const thing = JSON.stringify({ id: 7, name: "ü" });
const packed =
  (encoding: string, body: Buffer): Handler =>
  (_, response) =>
    response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding }).end(body);
const JSON_TYPE = { "content-type": "application/json" };

it.each<[string, RegExp, Handler]>([
  ["a record", /"value":{"id":7,"name":"ü"}/, (_, response) => response.writeHead(200, JSON_TYPE).end(thing)],
  ["nothing", /"seen":/, (_, response) => response.writeHead(204).end()],
  [
    "a mark and a record",
    /"value":{"id":7/,
    (_, response) => response.writeHead(200, JSON_TYPE).end(`\ufeff${thing}`),
  ],
  ["a record in gzip", /"value":{"id":7/, packed("gzip", gzipSync(thing))],
  ["a record in deflate", /"value":{"id":7/, packed("deflate", deflateSync(thing))],
  ["a record in brotli", /"value":{"id":7/, packed("br", brotliCompressSync(thing))],
  ["nothing in gzip", /is empty/, packed("gzip", Buffer.alloc(0))],
  ["what is not gzip", /no complete answer came \(Z_DATA_ERROR\)/, packed("gzip", Buffer.from(thing))],
  ["33 MiB in gzip", /larger than 32 MiB/, packed("gzip", gzipSync(Buffer.alloc(33 << 20, " ")))],
  [
    "33 MiB",
    /larger than 32 MiB/,
    (_, response) => response.writeHead(200, JSON_TYPE).end(Buffer.alloc(33 << 20, " ")),
  ],
  [
    "a refusal",
    /GitLab answered 400: no such thing/,
    (_, response) => json(response, 400, { message: "no such thing" }),
  ],
  ["trouble", /GitLab answered 500/, (_, response) => json(response, 500, { message: "500" })],
  [
    "a redirect",
    /redirected to https:\/\/other\.example/,
    (_, response) => response.writeHead(302, { location: "https://other.example/" }).end(),
  ],
  [
    "half of it",
    /no complete answer came \(it broke off\)/,
    (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, "content-length": "50" });
      response.write(thing, () => response.destroy());
    },
  ],
  ["no answer, and the end", /no complete answer came \(ECONNRESET\)/, (_, response) => response.destroy()],
  ["no answer in time", /no complete answer came \(time limit\)/, () => undefined],
  [
    "half of it in time",
    /no complete answer came \(time limit\)/,
    (_, response) => response.writeHead(200, JSON_TYPE).write(thing),
  ],
])("%s comes to the same straight and by a proxy", async (_, words, handler) => {
  const timeoutSeconds = /time limit/.test(words.source) ? 0.2 : 60;
  const straight = await cameOf(handler, timeoutSeconds, false);
  expect(JSON.stringify(straight)).toMatch(words);
  expect(await cameOf(handler, timeoutSeconds, true)).toEqual(straight);
});
