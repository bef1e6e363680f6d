import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

import { ROOT } from "../support/root";

const PRELOAD = pathToFileURL(join(ROOT, "test", "tools", "ringWhenRefused.mjs")).href;

/**
 * Rings when a process that was started with `env` was refused a connection, which the one who refuses does not notice: so that a GitLab
 * can be away for exactly as long as it takes to miss it, on any machine.
 */
export class Bell {
  readonly #waiting = new Map<number, () => void>();
  readonly #server = createServer((socket) => {
    void text(socket).then((port) => this.#waiting.get(Number(port))?.());
  });

  private constructor() {}

  static async hang(): Promise<Bell> {
    const bell = new Bell();
    await once(bell.#server.listen(0, "127.0.0.1"), "listening");
    return bell;
  }

  get env(): NodeJS.ProcessEnv {
    const { port } = this.#server.address() as AddressInfo;
    const options = process.env["NODE_OPTIONS"] ?? "";
    return { NODE_OPTIONS: `${options} --import ${PRELOAD}`, RING_WHEN_REFUSED: String(port) };
  }

  /** Calls back once, when somebody is refused at this address. */
  onRefused(url: string, act: () => void): void {
    const port = Number(new URL(url).port);
    this.#waiting.set(port, () => {
      this.#waiting.delete(port);
      act();
    });
  }

  take(): void {
    this.#server.close();
  }
}
