import { secretParams } from "./authenticate";
import type { Raw } from "./form";

/** One request as the tests see it. It never holds a token. */
export interface LoggedRequest {
  /** 1 for the first one since the start. */
  readonly n: number;
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: Raw;
  readonly body: Raw;
  /** 0 while in flight, or where the connection was dropped without an answer. */
  status: number;
  /** The user name of the caller; undefined for anonymous calls and refused tokens. */
  user?: string;
  readonly startedAt: Date;
  /** Milliseconds until the answer was sent. */
  ms: number;
  /** How many requests were being served when this one came, itself included. */
  readonly inFlightAtStart: number;
}

export function withoutSecrets(params: Raw): Raw {
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => !(secretParams as readonly string[]).includes(name)),
  );
}
