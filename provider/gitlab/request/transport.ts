import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Axios from "axios";
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from "axios";
import { decide, RETRY_LIMITS, type Attempt, type Headers, type RetryLimits } from "./retry";
import { slotsOf } from "./slots";

/** One request, down to the bytes. */
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
  readonly kind: "unsent" | "lost" | "too-large";
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
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/;

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

function headersOf(response: AxiosResponse): Headers {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function attemptOf(result: Result): Attempt {
  if (result.kind === "answered") return result;
  // A name that does not exist is a typing mistake; a name server that does not answer says EAI_AGAIN.
  const hopeless =
    result.kind === "too-large" || result.code === "ENOTFOUND" || CERTIFICATE.test(result.code);
  if (hopeless) return { kind: "hopeless" };
  return { kind: result.kind };
}

let loaded: AxiosInstance | undefined;

/** Loads axios when the first request is made: programs and previews that ask nothing never pay for it. */
function load(): AxiosInstance {
  if (loaded !== undefined) return loaded;
  /* eslint-disable @typescript-eslint/no-require-imports -- the point is not to load these earlier */
  const axios = require("axios") as typeof Axios;
  const http = require("node:http") as typeof Http;
  const https = require("node:https") as typeof Https;
  /* eslint-enable @typescript-eslint/no-require-imports */
  // An idle connection is given up before servers and load balancers usually do it: a write on a connection that is just
  // being closed has an unknown outcome.
  const agent = { keepAlive: true, timeout: 15_000 };
  loaded = axios.create({
    adapter: "http",
    httpAgent: new http.Agent(agent),
    httpsAgent: new https.Agent(agent),
    // Redirects are ours to judge; without them axios uses Node's own http, which has the time limits right.
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    responseType: "text",
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    // Every complete answer is a result.
    validateStatus: () => true,
  });
  return loaded;
}

/** One attempt, within its time limit. */
async function attempt(config: AxiosRequestConfig, timeout: number): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  try {
    const response = await load().request<string>({ ...config, signal: deadline.signal });
    const { status, data } = response;
    return { kind: "answered", status, headers: headersOf(response), text: data };
  } catch (thrown) {
    return explain(thrown as Thrown, deadline.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

const succeeded = (result: Result): boolean =>
  result.kind === "answered" && result.status >= 200 && result.status < 300;

/** Sends a request, repeats it as `retry.ts` says, and never rejects for anything that GitLab or the network did. */
export async function send(outgoing: Outgoing): Promise<Result> {
  const { method, url, headers, body, maxRequests, timeout, limits = RETRY_LIMITS } = outgoing;
  const config = { method, url, headers: { ...headers }, ...(body === undefined ? {} : { data: body }) };
  const safe = method === "GET" || method === "HEAD";
  const slots = slotsOf(url);
  for (let repeats = 0, spent = 0; ; repeats++) {
    const { result, took } = await slots.run(maxRequests, () => timed(() => attempt(config, timeout)));
    if (succeeded(result)) return result;
    spent += took;
    const decision = decide(
      { safe, attempt: attemptOf(result), repeats, spent, now: Date.now(), random: Math.random() },
      limits,
    );
    if (!decision.repeat)
      return result.kind === "answered" && decision.asked !== undefined
        ? { ...result, asked: decision.asked }
        : result;
    if (decision.quiet) slots.keepQuiet(decision.after);
    spent += decision.after;
    await new Promise((resolve) => setTimeout(resolve, decision.after));
  }
}

async function timed(act: () => Promise<Result>): Promise<{ result: Result; took: number }> {
  const started = performance.now();
  const result = await act();
  return { result, took: performance.now() - started };
}
