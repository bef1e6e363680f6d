import type * as Fs from "node:fs";
import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Axios from "axios";
import type { AxiosAdapter, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from "axios";
import { decide, RETRY_LIMITS, type Attempt, type Headers, type RetryLimits } from "./retry";
import { interruptedIn } from "./interruption";
import { lose } from "./patience";
import { proxySignedInTo } from "./proxy";
import type { Still } from "./client";
import { slotsOf } from "./slots";

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

/** The code of a request that was not sent, because that host has answered nothing for long. */
export const SILENT = "silent";

export interface Unanswered {
  /** `outdated`: not sent, as what it goes by was too old when its turn came. */
  readonly kind: "unsent" | "lost" | "too-large" | "outdated";
  readonly code: string;
}

/**
 * Lists of 100 rows are some hundred kB, the largest test reports some MB. Counted after decompression, so that a small
 * compressed answer cannot fill the memory either.
 */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** What axios throws, reduced to what matters here. It holds the request headers, so it goes no further than this file. */
interface Thrown {
  readonly code?: unknown;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly cause?: { readonly syscall?: string; readonly errors?: readonly { readonly syscall?: string }[] };
}

const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);
/** Node's and OpenSSL's names for a certificate that does not fit: found before anything is sent, and again next time. */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_|ERR_OSSL_|EPROTO$)/;

function whileConnecting({ cause }: Thrown): boolean {
  const isConnect = (syscall: string | undefined): boolean =>
    syscall === "connect" || syscall === "getaddrinfo";
  return isConnect(cause?.syscall) || (cause?.errors?.every((error) => isConnect(error.syscall)) ?? false);
}

function explain(thrown: Thrown, timedOut: boolean): Result {
  if (timedOut) return { kind: "lost", code: "time limit" };
  const code = typeof thrown.code === "string" ? thrown.code : "unknown";
  // Without a request axios itself refused: a header or an address that it does not take.
  if (thrown.request === undefined || UNSENT.has(code) || CERTIFICATE.test(code) || whileConnecting(thrown))
    return { kind: "unsent", code };
  // axios gives both the same code; only a body that broke off comes with its response.
  if (code === "ERR_BAD_RESPONSE" && thrown.response === undefined) return { kind: "too-large", code };
  return { kind: "lost", code: code === "ERR_BAD_RESPONSE" ? "it broke off" : code };
}

/** A name that does not exist is a typing mistake; a name server that does not answer says EAI_AGAIN. */
const HOPELESS = new Set(["ENOTFOUND", SILENT]);

function attemptOf(result: Result): Attempt {
  if (result.kind === "answered") return result;
  const { kind, code } = result;
  if (kind === "too-large" || kind === "outdated" || HOPELESS.has(code) || CERTIFICATE.test(code))
    return { kind: "hopeless" };
  return { kind };
}

// An idle connection is given up before servers and load balancers usually do it: a write on a connection that is just
// being closed has an unknown outcome.
const AGENT = { keepAlive: true, timeout: 15_000 };

/** A request as axios' adapter takes it, and the adapter. */
interface Sender {
  readonly send: AxiosAdapter;
  config(outgoing: Outgoing): InternalAxiosRequestConfig;
}

/** How it gets there. */
type Route = Pick<AxiosRequestConfig, "proxy" | "httpsAgent">;

let loaded: Sender | undefined;

/* eslint-disable @typescript-eslint/no-require-imports -- the point is not to load these earlier */
/**
 * Loads axios when the first request is made: programs and previews that ask nothing never pay for it. Its adapter is asked
 * itself: what axios does before and after (merging configurations, defaults of headers, transformations) would change nothing
 * of ours, and take as long as the adapter again.
 */
function load(): Sender {
  if (loaded !== undefined) return loaded;
  const axios = require("axios") as typeof Axios;
  const http = require("node:http") as typeof Http;
  const same = {
    httpAgent: new http.Agent(AGENT),
    // Redirects are ours to judge; without them axios uses Node's own http, which has the time limits right.
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    responseType: "text",
    // Every complete answer is a result.
    validateStatus: () => true,
  } as const;
  loaded = {
    send: axios.getAdapter("http"),
    config: ({ method, url, headers, body }) => ({
      ...same,
      method,
      url,
      headers: new axios.AxiosHeaders(headers),
      ...(body === undefined ? {} : { data: body }),
    }),
  };
  return loaded;
}

/** Loads it before, where a request is about to be made and there is nothing else to do. */
export function prepare(): void {
  load();
}

const agents = new Map<string, Https.Agent>();

/** By certificate; also where a proxy is in between, as axios hands its options on. Throws where a file cannot be read. */
function secureAgent(certificate: Outgoing["certificate"]): Https.Agent {
  const key = JSON.stringify(certificate ?? null);
  const known = agents.get(key);
  if (known !== undefined) return known;
  const https = require("node:https") as typeof Https;
  const { readFileSync } = require("node:fs") as typeof Fs;
  const files = certificate && {
    cert: readFileSync(certificate.cert),
    key: readFileSync(certificate.key),
  };
  const agent = new https.Agent({ ...AGENT, ...files });
  agents.set(key, agent);
  return agent;
}
/* eslint-enable @typescript-eslint/no-require-imports */

async function attempt(outgoing: Outgoing, route: Route): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), outgoing.timeout);
  try {
    const axios = load();
    const response = await axios.send({ ...axios.config(outgoing), ...route, signal: deadline.signal });
    const { status, data } = response as AxiosResponse<string>;
    if (isFromProxy(outgoing.url, response)) return { kind: "unsent", code: `${PROXY_REFUSED} ${status}` };
    return { kind: "answered", status, headers: response.headers as Headers, text: data };
  } catch (thrown) {
    return explain(thrown as Thrown, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** The code of a request for which no client certificate could be read. */
const UNREADABLE = "client certificate";

/** The code of a request whose tunnel was refused, before the status. */
const PROXY_REFUSED = "the proxy refused CONNECT with";

/** A refusal of CONNECT comes as if it were the answer, on a connection that was never made secure. */
function isFromProxy(url: string, response: AxiosResponse): boolean {
  const { socket } = (response.request ?? {}) as { socket?: { encrypted?: boolean } };
  return url.startsWith("https:") && socket != null && socket.encrypted !== true;
}

const succeeded = (result: Result): boolean =>
  result.kind === "answered" && result.status >= 200 && result.status < 300;

/** Sends a request, repeats it as `retry.ts` says, and never rejects for anything that GitLab or the network did. */
export async function send(outgoing: Outgoing): Promise<Result> {
  const { method, url, maxRequests, limits = RETRY_LIMITS, still } = outgoing;
  const proxy = proxySignedInTo(url);
  const route: Route = proxy === undefined ? {} : { proxy };
  try {
    if (url.startsWith("https:")) route.httpsAgent = secureAgent(outgoing.certificate);
  } catch (error) {
    return {
      kind: "unsent",
      code: `${UNREADABLE} (${(error as NodeJS.ErrnoException).code ?? "not a key"})`,
    };
  }
  const safe = method === "GET" || method === "HEAD";
  const slots = slotsOf(url);
  for (let repeats = 0, spent = 0; ; repeats++) {
    let started = 0;
    const result = await slots.run({ fixed: maxRequests, urgent: still !== undefined }, async () => {
      started = performance.now();
      if (still?.() === false) return OUTDATED;
      return slots.isGivenUp(limits.total) ? GIVEN_UP : attempt(outgoing, route);
    });
    if (succeeded(result)) return result;
    const took = performance.now() - started;
    spent += took;
    const decision = decide(
      {
        safe,
        attempt: attemptOf(result),
        repeats,
        spent,
        spentInOperation: lose(took),
        now: Date.now(),
        random: Math.random(),
      },
      limits,
    );
    if (!decision.repeat)
      return result.kind === "answered" && decision.asked !== undefined
        ? { ...result, asked: decision.asked }
        : result;
    if (decision.quiet) slots.keepQuiet(decision.after);
    spent += decision.after;
    lose(decision.after);
    if (await interruptedIn(decision.after)) return result;
  }
}

const GIVEN_UP: Result = { kind: "unsent", code: SILENT };
const OUTDATED: Result = { kind: "outdated", code: "outdated" };
