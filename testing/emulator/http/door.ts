import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

import { HeldPort } from "./heldPort";

/** How long to wait until a taken port is tried once more. */
const AGAIN_MS = 50;

/** The port on the loopback interface that clients knock at. */
export class Door {
  readonly #server: Server;
  #port = 0;
  #shut = false;
  #held: HeldPort | undefined;
  #reopening: Promise<void> | undefined;

  constructor(serve: RequestListener) {
    this.#server = createServer(serve);
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

  shut(): void {
    if (this.#shut) return;
    this.#shut = true;
    this.#server.close();
    this.#held = new HeldPort(this.#port);
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
