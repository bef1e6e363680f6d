import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, type ClientOptions } from "../../provider/gitlab/request/http";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { GitLabError } from "../../provider/gitlab/answer/errors";

/** Every test uses it, and none of what they print or throw may hold it. */
export const CANARY = "glpat-canary-7Qx2mB9sT4vW";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Handler = (request: Seen, response: ServerResponse, count: number) => unknown;

/** A small HTTP server on loopback that remembers what it was asked. */
export class TestServer {
  readonly seen: Seen[] = [];
  inFlight = 0;
  mostInFlight = 0;
  connections = 0;
  #server: Server;

  private constructor(handler: Handler) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
      response.on("close", () => this.inFlight--);
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
        this.seen.push(seen);
        void handler(seen, response, this.seen.length);
      });
    });
    this.#server.on("connection", () => this.connections++);
  }

  static async start(handler: Handler): Promise<TestServer> {
    const server = new TestServer(handler);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** `GET /api/v4/…`, one line a request. */
  get log(): string[] {
    return this.seen.map(({ method, url }) => `${method} ${url}`);
  }

  client(options: ClientOptions = {}, env: NodeJS.ProcessEnv = {}): GitLabClient {
    const connection = resolveConnection(
      undefined,
      { get: () => undefined },
      { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: this.origin, ...env },
    );
    return createClient(connection, { limits: QUICK, ...options });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Holds what is asked until it is told to answer. */
export class Held {
  /** How many were answered each time. */
  readonly rounds: number[] = [];
  #waiting: ServerResponse[] = [];

  get count(): number {
    return this.#waiting.length;
  }

  readonly handler: Handler = (_, response) => void this.#waiting.push(response);

  /** Answers all of them, after `first`; false where there are none. */
  answer(first: () => void = () => undefined): boolean {
    const waiting = this.#waiting.splice(0);
    if (waiting.length === 0) return false;
    first();
    this.rounds.push(waiting.length);
    for (const response of waiting) json(response, 200, {});
    return true;
  }
}

/** The numbers of `RETRY_LIMITS`, a thousandth as long but for what a busy machine may need. */
export const QUICK = {
  repeats: 5,
  rateLimitRepeats: 10,
  firstDelay: 1,
  longestDelay: 20,
  total: 5000,
  operation: 9000,
  list: 1_800_000,
};

export function json(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** The error a promise rejects with, which must be ours. */
export async function refusalOf(promise: Promise<unknown>): Promise<GitLabError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GitLabError) return error;
  throw new Error(`expected a GitLabError, got ${String(error)}`);
}
