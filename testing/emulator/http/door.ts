import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The port on the loopback interface that clients knock at. */
export class Door {
  readonly #server: Server;
  #port = 0;
  #shut = false;

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
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  shut(): void {
    this.#shut = true;
    this.#server.close();
  }

  async reopen(): Promise<void> {
    if (!this.#shut) return;
    this.#shut = false;
    await this.open(this.#port);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
