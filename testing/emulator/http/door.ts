import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Server as NetServer } from "node:net";
import { setTimeout } from "node:timers/promises";

import { HeldPort } from "./heldPort";

/** How long to wait until a taken port is tried once more. */
const AGAIN_MS = 50;

/**
 * How long a connection is kept on which nothing is asked: as long as the nginx of GitLab's packages does, and longer than clients do. Node
 * takes 5 seconds, in which a busy client may be just about to ask. (`nginx['keepalive_timeout']` of `gitlab.rb`.)
 */
const KEPT_MS = 65_000;

/** The port on the loopback interface that clients knock at. */
export class Door {
  readonly #server: Server;
  #port = 0;
  #shut = false;
  #held: HeldPort | undefined;
  #reopening: Promise<void> | undefined;

  /** Every connection, and how many requests on it are not answered yet. */
  readonly #connections = new Map<Socket, number>();

  constructor(serve: RequestListener) {
    this.#server = createServer((message, response) => {
      const { socket } = message;
      this.#count(socket, 1);
      response.once("close", () => this.#count(socket, -1));
      serve(message, response);
    });
    this.#server.keepAliveTimeout = KEPT_MS;
    this.#server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, 0);
      socket.once("close", () => this.#connections.delete(socket));
    });
  }

  #count(socket: Socket, more: number): void {
    const before = this.#connections.get(socket);
    if (before !== undefined) this.#connections.set(socket, before + more);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get isShut(): boolean {
    return this.#shut;
  }

  /** 0 is any free port. */
  async open(port: number): Promise<void> {
    await once(this.#server.listen(port, "127.0.0.1"), "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when every client has closed the connections on which nothing is asked: until then it may still try one of them. */
  async shut(): Promise<void> {
    if (this.#shut) return;
    this.#shut = true;
    // Node's `close` for HTTP takes a connection for idle whose request came before the answer to the last one was all written.
    NetServer.prototype.close.call(this.#server);
    this.#held = new HeldPort(this.#port);
    const idle = [...this.#connections].filter(([, unanswered]) => unanswered === 0);
    // However it ends: a client may reset it, and nobody has to wait for this.
    await Promise.all(idle.map(([socket]) => new Promise((end) => socket.end().once("close", end))));
  }

  async reopen(): Promise<void> {
    if (!this.#shut) return;
    await (this.#reopening ??= this.#openAgain().finally(() => (this.#reopening = undefined)));
  }

  /** A port that nobody listens at may become the near end of anybody's connection: until that one is closed. */
  async #openAgain(): Promise<void> {
    await this.#held?.release();
    for (;;) {
      try {
        await this.open(this.#port);
        this.#shut = false;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
        await setTimeout(AGAIN_MS);
      }
    }
  }

  async close(): Promise<void> {
    await this.#held?.release();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
