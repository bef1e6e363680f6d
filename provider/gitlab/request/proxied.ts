import type { Agent } from "node:http";

import type * as Axios from "axios";
import type { AxiosAdapter, AxiosProxyConfig, AxiosResponse } from "axios";

import {
  BROKE_OFF,
  codeOf,
  MAX_ANSWER_BYTES,
  TIME_LIMIT,
  TOO_LARGE,
  unanswered,
  type Outgoing,
  type Result,
  type Unanswered,
} from "./exchange";
import type { Headers } from "./retry";

/** What axios throws, reduced to what matters here. It holds the request headers, so it goes no further than this file. */
interface Thrown {
  readonly code?: unknown;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly cause?: object;
}

/** The code of a request whose tunnel was refused, before the status. */
const PROXY_REFUSED = "the proxy refused CONNECT with";

let loaded: { readonly axios: typeof Axios; readonly send: AxiosAdapter } | undefined;

/**
 * Loads axios when the first such request is made. Its adapter is asked itself: what axios does before and after (merging
 * configurations, defaults of headers, transformations) would change nothing of ours.
 */
function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the point is not to load it earlier
  const axios = require("axios") as typeof Axios;
  return (loaded = { axios, send: axios.getAdapter("http") });
}

/**
 * One attempt by a proxy, which axios finds in the environment, unless its sign-in has to be spelled otherwise: the tunnel for
 * https, and what NO_PROXY may say, are its own.
 */
export async function sendByProxy(
  outgoing: Outgoing,
  agent: Agent,
  signIn: AxiosProxyConfig | undefined,
): Promise<Result> {
  const { method, url, headers, body, timeout } = outgoing;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  try {
    const { axios, send } = load();
    const response = await send({
      method,
      url,
      headers: new axios.AxiosHeaders(headers),
      ...(body === undefined ? {} : { data: body }),
      ...(url.startsWith("https:") ? { httpsAgent: agent } : { httpAgent: agent }),
      ...(signIn === undefined ? {} : { proxy: signIn }),
      // Redirects are ours to judge; without them axios uses Node's own http, which has the time limits right.
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: "text",
      // Every complete answer is a result.
      validateStatus: () => true,
      signal: deadline.signal,
    });
    const { status, data } = response as AxiosResponse<string>;
    if (isFromProxy(url, response)) return { kind: "unsent", code: `${PROXY_REFUSED} ${status}` };
    return { kind: "answered", status, headers: headersOf(response), text: data };
  } catch (thrown) {
    return deadline.signal.aborted ? TIME_LIMIT : explain(thrown as Thrown);
  } finally {
    clearTimeout(timer);
  }
}

function explain(thrown: Thrown): Unanswered {
  const code = codeOf(thrown);
  // Without a request axios itself refused: a header or an address that it does not take.
  if (thrown.request === undefined) return { kind: "unsent", code };
  if (code !== "ERR_BAD_RESPONSE") return unanswered(code, thrown.cause);
  // axios gives both the same code; only a body that broke off comes with its response.
  return thrown.response === undefined ? TOO_LARGE : BROKE_OFF;
}

function headersOf(response: AxiosResponse): Headers {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** A refusal of CONNECT comes as if it were the answer, on a connection that was never made secure. */
function isFromProxy(url: string, response: AxiosResponse): boolean {
  const { socket } = (response.request ?? {}) as { socket?: { encrypted?: boolean } };
  return url.startsWith("https:") && socket != null && socket.encrypted !== true;
}
