import type { Still } from "./client";
import type { Headers, RetryLimits } from "./retry";

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Requests in flight at that host; undefined: as many as it takes well. */
  readonly maxRequests: number | undefined;
  /** Milliseconds for one attempt; the time it waits for its turn does not count. */
  readonly timeout: number;
  readonly limits?: RetryLimits;
  readonly still?: Still | undefined;
  /** Files of a client certificate and its key. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

export interface Incoming {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Headers;
  readonly text: string;
  /** Milliseconds GitLab asked to wait, where the request was given up for that. */
  readonly asked?: number;
}

/** What became of a request in the end: an answer of any status, or the reason why there is none. */
export type Result = ({ readonly kind: "answered" } & Incoming) | Unanswered;

export interface Unanswered {
  /** `outdated`: not sent, as what it goes by was too old when its turn came. */
  readonly kind: "unsent" | "lost" | "too-large" | "outdated";
  readonly code: string;
}

/**
 * Lists of 100 rows are some hundred kB, the largest test reports some MB. Counted after decompression, so that a small
 * compressed answer cannot fill the memory either.
 */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export const TIME_LIMIT: Unanswered = { kind: "lost", code: "time limit" };
export const TOO_LARGE: Unanswered = { kind: "too-large", code: "too large" };
export const BROKE_OFF: Unanswered = { kind: "lost", code: "it broke off" };

/** Where it happened: Node's errors of sockets have it, also each of those that came of several addresses of a host. */
interface Cause {
  readonly syscall?: string;
  readonly errors?: readonly { readonly syscall?: string }[];
}

const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);
/** Node's and OpenSSL's names for a certificate that does not fit: found before anything is sent, and again next time. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_|ERR_OSSL_|EPROTO$)/;

export const isAboutCertificate = (code: string): boolean => CERTIFICATE.test(code);

function whileConnecting({ syscall, errors }: Cause): boolean {
  const isConnect = (name: string | undefined): boolean => name === "connect" || name === "getaddrinfo";
  return isConnect(syscall) || (errors?.every((error) => isConnect(error.syscall)) ?? false);
}

export function codeOf(fault: unknown): string {
  const { code } = fault as { readonly code?: unknown };
  return typeof code === "string" ? code : "unknown";
}

/** A request that ended with an error of Node's instead of an answer. */
export function unanswered(code: string, cause: object | undefined): Unanswered {
  const isUnsent = UNSENT.has(code) || isAboutCertificate(code) || whileConnecting(cause ?? {});
  return { kind: isUnsent ? "unsent" : "lost", code };
}
