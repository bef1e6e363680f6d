import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Axios from "axios";
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  AxiosResponse,
  InternalAxiosRequestConfig,
} from "axios";
import type * as AxiosRetry from "axios-retry";
import { decide, RETRY_LIMITS, type Attempt, type Headers, type RetryLimits } from "./retry";
import { slotsOf } from "./slots";

/** One request, down to the bytes. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxRequests: number;
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
  readonly code?: string;
  readonly response?: unknown;
  readonly cause?: { readonly syscall?: string; readonly errors?: readonly { readonly syscall?: string }[] };
}

/** One attempt that did not succeed. Has `config`, as axios-retry wants it. */
class Failure extends Error {
  constructor(
    readonly config: InternalAxiosRequestConfig,
    readonly result: Result,
  ) {
    super("attempt failed");
  }
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
  if (UNSENT.has(code) || CERTIFICATE.test(code) || whileConnecting(thrown)) return { kind: "unsent", code };
  // axios gives both the same code; only a body that broke off comes with its response.
  if (code === "ERR_BAD_RESPONSE" && thrown.response === undefined) return { kind: "too-large", code };
  return { kind: "lost", code: code === "ERR_BAD_RESPONSE" ? "it broke off" : code };
}

function headersOf(response: AxiosResponse): Headers {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** One attempt, in its turn and within its time limit. Rejects with a `Failure` and nothing else. */
async function attempt(
  adapter: AxiosAdapter,
  config: InternalAxiosRequestConfig,
  timeout: number,
): Promise<AxiosResponse> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  try {
    const response = await adapter({ ...config, signal: deadline.signal });
    if (response.status >= 200 && response.status < 300) return response;
    const { status, data } = response as AxiosResponse<string>;
    throw new Failure(config, { kind: "answered", status, headers: headersOf(response), text: data });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure(config, explain(thrown as Thrown, deadline.signal.aborted));
  } finally {
    clearTimeout(timer);
  }
}

function attemptOf(result: Result): Attempt {
  if (result.kind === "answered") return result;
  // A name that does not exist is a typing mistake; a name server that does not answer says EAI_AGAIN.
  const hopeless =
    result.kind === "too-large" || result.code === "ENOTFOUND" || CERTIFICATE.test(result.code);
  if (hopeless) return { kind: "hopeless" };
  return { kind: result.kind };
}

interface Loaded {
  readonly instance: AxiosInstance;
  readonly adapter: AxiosAdapter;
  readonly shared: AxiosRequestConfig;
}

let loaded: Loaded | undefined;

/** Loads axios when the first request is made: programs and previews that ask nothing never pay for it. */
function load(): Loaded {
  if (loaded !== undefined) return loaded;
  /* eslint-disable @typescript-eslint/no-require-imports -- the point is not to load these earlier */
  const axios = require("axios") as typeof Axios;
  const retry = (require("axios-retry") as typeof AxiosRetry).default;
  const http = require("node:http") as typeof Http;
  const https = require("node:https") as typeof Https;
  /* eslint-enable @typescript-eslint/no-require-imports */
  // An idle connection is given up before servers and load balancers usually do it: a write on a connection that is just
  // being closed has an unknown outcome.
  const agent = { keepAlive: true, timeout: 15_000 };
  const instance = axios.create();
  retry(instance);
  loaded = {
    instance,
    adapter: axios.getAdapter("http"),
    shared: {
      httpAgent: new http.Agent(agent),
      httpsAgent: new https.Agent(agent),
      // Redirects are ours to judge; without them axios uses Node's own http, which has the time limits right.
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: "text",
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      // Every complete answer is a result for `attempt` to judge.
      validateStatus: () => true,
    },
  };
  return loaded;
}

/** Sends a request, repeats it as `retry.ts` says, and never rejects for anything that GitLab or the network did. */
export async function send(outgoing: Outgoing): Promise<Result> {
  const { method, url, headers, body, maxRequests, timeout, limits = RETRY_LIMITS } = outgoing;
  const { instance, adapter, shared } = load();
  const slots = slotsOf(url);
  const safe = method === "GET" || method === "HEAD";
  let spent = 0;
  let repeats = 0;
  let wait = 0;
  let asked: number | undefined;

  const timed = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse> => {
    const started = Date.now();
    try {
      return await attempt(adapter, config, timeout);
    } finally {
      spent += Date.now() - started;
    }
  };

  const mayRepeat = (error: unknown): boolean => {
    if (!(error instanceof Failure)) return false;
    const decision = decide(
      { safe, attempt: attemptOf(error.result), repeats, spent, now: Date.now(), random: Math.random() },
      limits,
    );
    if (!decision.repeat) {
      asked = decision.asked;
      return false;
    }
    repeats++;
    wait = decision.after;
    spent += wait;
    if (decision.quiet) slots.keepQuiet(wait);
    return true;
  };

  try {
    const response = await instance.request<string>({
      ...shared,
      method,
      url,
      headers: { ...headers },
      data: body,
      adapter: (config) => slots.run(maxRequests, () => timed(config)),
      "axios-retry": {
        retries: Infinity,
        retryCondition: mayRepeat,
        retryDelay: () => wait,
        shouldResetTimeout: true,
      },
    });
    return { kind: "answered", status: response.status, headers: headersOf(response), text: response.data };
  } catch (error) {
    if (!(error instanceof Failure)) return { kind: "unsent", code: codeOf(error) };
    const { result } = error;
    return result.kind === "answered" && asked !== undefined ? { ...result, asked } : result;
  }
}

/** axios refused to send it: a header or an address it does not take. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "unknown";
}
