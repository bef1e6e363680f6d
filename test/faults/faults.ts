import type { Fault } from "../../testing/emulator";

/** One way for a request to go wrong, as the matrix injects it. */
export interface FaultKind {
  readonly name: string;
  /** What the emulator does to the request. */
  readonly fault?: Fault;
  /** Nobody listens at the moment of the request. */
  readonly refuse?: true;
  /** The token's user is no longer a member from that request on. */
  readonly blind?: true;
  /** Seconds the client waits for an answer; else its default. */
  readonly requestTimeout?: number;
  /** Whether a variant that goes on until the operation ends adds anything. */
  readonly lasting?: true;
}

const HTML = "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>";
const LATER = "Retry later\n";

export const faultKinds: readonly FaultKind[] = [
  { name: "refused connection", refuse: true, lasting: true },
  { name: "reset before commit", fault: { drop: "before" }, lasting: true },
  { name: "reset after commit", fault: { drop: "after" }, lasting: true },
  // Never answered; the limit is no shorter than the pauses that other faults cost, so that it strikes nothing else.
  { name: "time-out after commit", fault: { delayMs: 3_600_000 }, requestTimeout: 30 },
  {
    name: "429 with Retry-After",
    fault: { status: 429, body: LATER, headers: { "Retry-After": "1", "Content-Type": "text/plain" } },
  },
  { name: "429 plain without", fault: { status: 429, body: LATER } },
  { name: "500 JSON before", fault: { status: 500, body: { message: "500 Internal Server Error" } } },
  {
    name: "500 JSON after",
    fault: { status: 500, body: { message: "500 Internal Server Error" }, afterCommit: true },
  },
  { name: "502 HTML before", fault: { status: 502, body: HTML }, lasting: true },
  { name: "502 HTML after", fault: { status: 502, body: HTML, afterCommit: true }, lasting: true },
  { name: "503", fault: { status: 503, body: { message: "503 Service Unavailable" } } },
  { name: "truncated JSON", fault: { truncate: true } },
  { name: "slow answer", fault: { delayMs: 700 } },
  { name: "out of sight", blind: true, lasting: true },
];
