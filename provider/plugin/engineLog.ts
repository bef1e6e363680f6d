import { AsyncLocalStorage } from "node:async_hooks";

import type * as Client from "./engineClient";

/** One call of the engine's: lines said meanwhile belong to its resource. */
interface Call {
  readonly urn: string;
  /** Resolves when the engine has every line of this call. */
  said: Promise<void>;
}

const calls = new AsyncLocalStorage<Call>();

/** Lines for people. The engine hides what a plugin prints; this shows it at once, on the row of the resource. */
export class EngineLog {
  #address: string | undefined;
  #client: Client.EngineClient | undefined;

  /** Where the engine listens. A client for it is loaded with the first line: most operations have none. */
  connect(address: string): void {
    this.#client?.close();
    this.#client = undefined;
    this.#address = address;
  }

  /** Runs one call about a resource, and ends it when all that it said has arrived. */
  async during<T>(urn: string, act: () => Promise<T>): Promise<T> {
    const call: Call = { urn, said: Promise.resolve() };
    return calls.run(call, async () => {
      try {
        return await act();
      } finally {
        await call.said;
      }
    });
  }

  say(line: string): void {
    this.#log("INFO", line);
  }

  warn(line: string): void {
    this.#log("WARNING", line);
  }

  /** Resolves when it has arrived. */
  fail(text: string): Promise<void> {
    return this.#send("ERROR", text, "");
  }

  #log(severity: Client.Severity, line: string): void {
    const call = calls.getStore();
    const send = () => this.#send(severity, line, call?.urn ?? "");
    // One after the other, so that they keep their order.
    if (call === undefined) void send();
    else call.said = call.said.then(send);
  }

  #send(severity: Client.Severity, text: string, urn: string): Promise<void> {
    if (this.#address === undefined) return Promise.resolve();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file of its own, which most operations never read
    const { EngineClient } = require("./engineClient") as typeof Client;
    this.#client ??= new EngineClient(this.#address);
    return this.#client.log(severity, text, urn);
  }
}
