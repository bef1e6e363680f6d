import { once } from "node:events";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";

import { afterEach, expect, it } from "vitest";

import { Emulator } from "./emulator";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** What a client gets at a port. */
const knock = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const client = connect(port, "127.0.0.1");
    client.once("connect", () => (client.destroy(), resolve("connected")));
    client.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });

const listening = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () =>
      resolve((server.address() as { port: number }).port),
    );
    servers.push(server);
  });

it("nobody else gets the port of a GitLab that refuses connections, and it is there again at once", async () => {
  const gitlab = await Emulator.start();
  const port = Number(new URL(gitlab.url).port);
  await gitlab.refuseConnections();
  expect(await knock(port)).toBe("ECONNREFUSED");
  const others = await Promise.all(Array.from({ length: 500 }, listening));
  expect(others).not.toContain(port);
  expect(await knock(port)).toBe("ECONNREFUSED");
  await gitlab.acceptConnections();
  expect(await knock(port)).toBe("connected");
  await Promise.all([gitlab.refuseConnections(), gitlab.refuseConnections()]);
  await gitlab.stop();
  expect(await knock(port)).toBe("ECONNREFUSED");
});

it("answers what is being served while it refuses connections, also where the answer before is still on its way", async () => {
  const gitlab = await Emulator.start();
  let firstAnswered = (): void => undefined;
  const answered = new Promise<void>((resolve) => (firstAnswered = resolve));
  let secondCame = (): void => undefined;
  const came = new Promise<void>((resolve) => (secondCame = resolve));
  gitlab.onBeforeRequest(({ n }) => {
    if (n === 2) secondCame();
    return n === 1 ? came : answered;
  });
  gitlab.onAfterRequest(({ n }) => (n === 1 ? firstAnswered() : gitlab.refuseConnections()));
  const { hostname, port } = new URL(gitlab.url);
  const socket = connect(Number(port), hostname);
  const ask = `GET /api/v4/version HTTP/1.1\r\nHost: ${hostname}\r\nPRIVATE-TOKEN: ${gitlab.token}\r\n\r\n`;
  socket.write(ask + ask);
  expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
  await gitlab.stop();
});

it("keeps connections for longer than clients do, so that none is cut while somebody is about to ask", async () => {
  const gitlab = await Emulator.start();
  expect((await gitlab.api("GET", "/version")).headers.get("keep-alive")).toBe("timeout=65");
  await gitlab.stop();
});

it("refuses only when clients know of the end of connections that they keep: what they ask next is not lost on one of those", async () => {
  const gitlab = await Emulator.start();
  const kept = connect(Number(new URL(gitlab.url).port), "127.0.0.1");
  await once(kept, "connect");
  await gitlab.api("GET", "/version");
  await gitlab.refuseConnections();
  expect(kept.readableEnded).toBe(true);
  await gitlab.stop();
});

it("refuses also where a client resets the connection that it keeps", async () => {
  const gitlab = await Emulator.start();
  const kept = connect(Number(new URL(gitlab.url).port), "127.0.0.1");
  await once(kept, "connect");
  await gitlab.api("GET", "/version");
  const refused = gitlab.refuseConnections();
  kept.resetAndDestroy();
  await refused;
  expect(await knock(Number(new URL(gitlab.url).port))).toBe("ECONNREFUSED");
  await gitlab.stop();
});
