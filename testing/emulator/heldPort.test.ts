import { connect, createServer } from "node:net";
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
  gitlab.refuseConnections();
  expect(await knock(port)).toBe("ECONNREFUSED");
  const others = await Promise.all(Array.from({ length: 500 }, listening));
  expect(others).not.toContain(port);
  expect(await knock(port)).toBe("ECONNREFUSED");
  await gitlab.acceptConnections();
  expect(await knock(port)).toBe("connected");
  gitlab.refuseConnections();
  gitlab.refuseConnections();
  await gitlab.stop();
  expect(await knock(port)).toBe("ECONNREFUSED");
});
