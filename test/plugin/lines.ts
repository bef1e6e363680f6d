import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** A line that the provider had the engine show. */
export interface Line {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
}

/** What the engine was told. */
export class Lines {
  readonly all: Line[] = [];
  #waiting: (() => void)[] = [];

  hear(request: LogRequest): Empty {
    this.all.push({
      severity: request.getSeverity(),
      message: request.getMessage(),
      urn: request.getUrn(),
    });
    for (const tell of this.#waiting.splice(0)) tell();
    return new Empty();
  }

  async first(pattern: RegExp): Promise<Line> {
    for (;;) {
      const found = this.all.find(({ message }) => pattern.test(message));
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
