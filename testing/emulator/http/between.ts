import type { Answer } from "./answers";
import type { Incoming } from "./incoming";
import { record } from "./form";

/** Something between the client and GitLab: a proxy, a gateway, a firewall, and what it does to requests. */
export interface Between {
  /**
   * What becomes of `%2F` in a path. `decode`: a slash arrives, so that GitLab knows no such route (404 as JSON);
   * `refuse`: the proxy answers a 404 page of its own. Default `keep`.
   * https://docs.gitlab.com/api/rest/#namespaced-paths
   */
  readonly encodedSlashes?: "keep" | "decode" | "refuse";
  /** Lets only these methods through and answers a 405 page to the others. Default: all. */
  readonly methods?: readonly string[];
  /** Answers every request with a page of this status, and none reaches GitLab: the proxy's own 404, 405, 502, … */
  readonly answers?: number;
  /** The query string gets lost on the way. Default false. */
  readonly dropsQuery?: boolean;
  /**
   * Milliseconds it waits for GitLab; then it answers a 504 page. The request goes on all the same and takes effect.
   * With `latencyMs` or a fault's `delayMs` above it, every write is in doubt. Default: no limit.
   */
  readonly limitMs?: number;
}

const reasons: Record<number, string> = {
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Request Entity Too Large",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** A page as web servers write it. */
export function htmlPage(status: number): Answer {
  const title = `${status} ${reasons[status] ?? "Error"}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, body, headers: { "Content-Type": "text/html" } };
}

/** The request as it reaches GitLab, or the answer where it does not. */
export function passThrough(between: Between | undefined, incoming: Incoming): Incoming | Answer {
  if (between === undefined) return incoming;
  if (between.answers !== undefined) return htmlPage(between.answers);
  if (between.methods !== undefined && !between.methods.includes(incoming.method)) return htmlPage(405);
  const encoded = /%2f/i.test(incoming.rawPath);
  if (encoded && between.encodedSlashes === "refuse") return htmlPage(404);
  return {
    ...incoming,
    ...(encoded &&
      between.encodedSlashes === "decode" && { rawPath: incoming.rawPath.replace(/%2f/gi, "/") }),
    ...(between.dropsQuery && { query: record() }),
  };
}
