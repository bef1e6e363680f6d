import { AsyncLocalStorage } from "node:async_hooks";

import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import { oneLine } from "../text/show";
import { channelOptions } from "./rpc";

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
  #client: EngineClient | undefined;

  /** Where the engine listens. A connection to it is made for the first line: most operations have none. */
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
    this.#log(LogSeverity.INFO, line);
  }

  warn(line: string): void {
    this.#log(LogSeverity.WARNING, line);
  }

  /** Resolves when it has arrived. */
  fail(text: string): Promise<void> {
    return this.#send(LogSeverity.ERROR, text, "");
  }

  #log(severity: LogSeverity, line: string): void {
    const call = calls.getStore();
    const send = () => this.#send(severity, oneLine(line), call?.urn ?? "");
    // One after the other, so that they keep their order.
    if (call === undefined) void send();
    else call.said = call.said.then(send);
  }

  #send(severity: LogSeverity, text: string, urn: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(text);
    request.setUrn(urn);
    if (this.#address === undefined) return Promise.resolve();
    const client = (this.#client ??= new EngineClient(
      this.#address,
      grpc.credentials.createInsecure(),
      channelOptions,
    ));
    // An engine that does not hear a line must not fail what the line is about.
    return new Promise((resolve) => client.log(request, () => resolve()));
  }
}
