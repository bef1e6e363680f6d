import { once } from "node:events";
import { connect } from "node:net";

/**
 * Keeps a port that nobody listens at: whoever asks there is refused, and no other process gets it meanwhile, which would answer in
 * our place. It is the near and the far end of one connection.
 */
export class HeldPort {
  readonly #both;

  constructor(port: number) {
    const host = "127.0.0.1";
    this.#both = connect({ host, port, localAddress: host, localPort: port });
    // Where it can't be had it is not held; who listens again finds out.
    this.#both.on("error", () => undefined).unref();
  }

  async release(): Promise<void> {
    if (this.#both.closed) return;
    const closed = once(this.#both, "close");
    this.#both.destroy();
    await closed;
  }
}
