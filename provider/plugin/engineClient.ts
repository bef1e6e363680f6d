import { credentials } from "@grpc/grpc-js";
import { EngineClient as Client } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import { oneLine } from "../text/show";
import { channelOptions } from "./channelOptions";

export type Severity = "INFO" | "WARNING" | "ERROR";

/** Says lines to the engine. */
export class EngineClient {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), channelOptions);
  }

  /** Resolves when it has arrived. An error is shown whole, all else in one line. */
  log(severity: Severity, text: string, urn: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(LogSeverity[severity]);
    request.setMessage(severity === "ERROR" ? text : oneLine(text));
    request.setUrn(urn);
    // An engine that does not hear a line must not fail what the line is about.
    return new Promise((resolve) => this.#client.log(request, () => resolve()));
  }

  close(): void {
    this.#client.close();
  }
}
