import { createServer, type AddressInfo, type Server } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { afterEach, expect, it } from "vitest";

import { resolveConnection } from "../../provider/gitlab/connection/connection";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { createClient } from "../../provider/gitlab/request/http";
import { api } from "../../provider/gitlab/request/paths";
import { CANARY, QUICK, refusalOf } from "./server";

/**
 * A server that writes bytes, not answers: what is between here and GitLab need not keep to anything. It
 * keeps the requests.
 */
class RawServer {
  requests: string[] = [];
  readonly #server: Server;

  constructor(head: string, pieces: Iterable<Buffer>) {
    this.#server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (data) => {
        this.requests.push(data.toString("latin1"));
        socket.write(`${head}\r\nconnection: close\r\n\r\n`);
        const rest = pieces[Symbol.iterator]();
        const more = (): void => {
          for (let next = rest.next(); ; next = rest.next()) {
            if (next.done === true) return void socket.end();
            if (socket.destroyed) return;
            if (!socket.write(next.value)) return void socket.once("drain", more);
          }
        };
        more();
      });
    });
  }

  async client(): Promise<GitLabClient> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const env = { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: `http://127.0.0.1:${port}` };
    return createClient(resolveConnection(undefined, { get: () => undefined }, env), { limits: QUICK });
  }

  stop(): void {
    this.#server.close();
  }
}

let server: RawServer | undefined;
afterEach(() => server?.stop());

/** The most that buffers held while something was waited for, above what they held before. */
async function mostHeld<T>(act: () => Promise<T>): Promise<[T, number]> {
  const held = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = held();
  let most = before;
  let done = false;
  const look = (): void => {
    most = Math.max(most, held());
    if (!done) setImmediate(look);
  };
  look();
  try {
    return [await act(), most - before];
  } finally {
    done = true;
  }
}

const MIB = 1 << 20;
const blanks = Buffer.alloc(64 * MIB, " ");

/** 64 MiB in a few kB; of gzip 64 of them one behind the other, which is 4 GiB and still one answer. */
const bombs: [encoding: string, pieces: Buffer[]][] = [
  ["gzip", Array<Buffer>(64).fill(gzipSync(blanks))],
  ["deflate", [deflateSync(blanks)]],
  ["br", [brotliCompressSync(blanks)]],
];

it.each(
  bombs.flatMap(([encoding, pieces]) =>
    ["200 OK", "400 Bad Request", "302 Found", "503 Unavailable"].map(
      (status) => [encoding, status, pieces] as const,
    ),
  ),
)(
  "an answer of %s that unfolds without end is refused in one sentence and some memory (%s)",
  async (encoding, status, pieces) => {
    server = new RawServer(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-encoding: ${encoding}\r\nlocation: /api/v4/other`,
      pieces,
    );
    const client = await server.client();
    const [error, held] = await mostHeld(() => refusalOf(client.get(api`things`)));
    expect(error.kind).toBe("bad-answer");
    expect(error.message).toMatch(/^GET http:\S+\/things: the answer is larger than 32 MiB\. Check /);
    expect(error.message).not.toContain(CANARY);
    expect(server.requests).toHaveLength(1);
    // What is kept of it is 32 MiB at most, and that perhaps twice; of gzip all of it would be 4 GiB.
    expect(held).toBeLessThan(256 * MIB);
  },
);

it.each([
  ["is not what it says", "gzip", [Buffer.from("[]")]],
  ["breaks off amid its packing", "gzip", [gzipSync(Buffer.from("[]".repeat(5000))).subarray(0, 20)]],
  ["is packed twice", "gzip, gzip", [gzipSync(gzipSync(Buffer.from("[]")))]],
])("an answer that %s is one error", async (_, encoding, pieces) => {
  server = new RawServer(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: ${encoding}`,
    pieces,
  );
  const client = await server.client();
  const error = await refusalOf(client.put(api`things`));
  expect(error).toMatchObject({ applied: "unknown" });
  expect(["lost", "bad-answer"]).toContain(error.kind);
  expect(error.message).toMatch(/^PUT http:\S+\/things: /);
  expect(server.requests).toHaveLength(1);
});
