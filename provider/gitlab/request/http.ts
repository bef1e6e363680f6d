import { isDeepStrictEqual } from "node:util";

import { isLoopback } from "../connection/baseUrl";
import type { Connection } from "../connection/connection";
import { readAnswer } from "../answer/answer";
import {
  badAnswer,
  givenUp,
  lostAnswer,
  noConnection,
  outdated,
  redirected,
  refusal,
  tokenMissing,
  type Asked,
} from "../answer/failures";
import type { GitLabError } from "../answer/errors";
import type { GitLabClient, Page, Query, Still } from "./client";
import { answerOf, jobTokenAccepted } from "./endpoints";
import { requireExpected } from "./expected";
import { followingPage, ROWS_BY_DEFAULT, tooMuch, totalOf } from "./paging";
import type { ApiPath } from "./paths";
import { RETRY_LIMITS, type RetryLimits } from "./retry";
import { send, SILENT, type Incoming, type Result, type Unanswered } from "./transport";
import { targetUrl } from "./url";

const MAX_REDIRECTS = 5;

/** Seams for tests; users steer through the connection. */
export interface ClientOptions {
  readonly limits?: RetryLimits;
  readonly warn?: (sentence: string) => void;
}

const warnedAbout = new Set<string>();

type WriteListener = (baseUrl: string, path: ApiPath) => void;
const writeListeners = new Set<WriteListener>();

/** Tells of every write of every client of this process, before it is sent and after it was answered or lost. */
export function onWrite(listener: WriteListener): void {
  writeListeners.add(listener);
}

function tellOfWrite(baseUrl: string, path: ApiPath): void {
  for (const listener of writeListeners) listener(baseUrl, path);
}

class HttpClient implements GitLabClient {
  readonly baseUrl: string;
  readonly lateness: number;
  /** Private, so that printing a client shows no credential. */
  readonly #connection: Connection;
  readonly #options: ClientOptions;
  /** Plain http, to another machine. */
  readonly #isReadable: boolean;
  /** The server's time at the start of this process; undefined before the first answer that tells it. */
  #clockOffset: number | undefined;

  constructor(connection: Connection, options: ClientOptions) {
    this.baseUrl = connection.baseUrl;
    this.lateness = connection.serverTimeoutSeconds * 1000;
    this.#connection = connection;
    this.#options = options;
    this.#isReadable = this.baseUrl.startsWith("http:") && !isLoopback(this.baseUrl);
  }

  async get<T>(path: ApiPath, query?: Query): Promise<T> {
    return (await this.#required("GET", path, { query })).value as T;
  }

  async page<T>(path: ApiPath, query?: Query): Promise<Page<T>> {
    const { size: _size, ...page } = await this.#page<T>(path, query);
    return page;
  }

  async #page<T>(path: ApiPath, query?: Query): Promise<Page<T> & { readonly size: number }> {
    const { value, headers, asked, size } = await this.#required("GET", path, { query });
    if (!Array.isArray(value)) throw badAnswer(asked, "is not a list");
    const current = Number(query?.["page"] ?? 1);
    const perPage = Number(query?.["per_page"] ?? ROWS_BY_DEFAULT);
    const nextPage = followingPage(headers, { page: current, perPage, rows: value.length });
    const total = totalOf(headers);
    if (nextPage !== undefined && nextPage <= current)
      throw badAnswer(asked, "names a next page that is not the next");
    return {
      size,
      items: value as T[],
      ...(total === undefined ? {} : { total }),
      ...(nextPage === undefined ? {} : { nextPage }),
    };
  }

  async list<T>(path: ApiPath, query: Query = {}, limit = Infinity): Promise<T[]> {
    const items: T[] = [];
    const perPage = query["per_page"] ?? Math.max(1, Math.min(100, limit));
    const read = { pages: 0, size: 0, since: performance.now() };
    let last: readonly T[] = [];
    for (let page = Number(query["page"] ?? 1); items.length < limit;) {
      const answer = await this.#page<T>(path, { ...query, per_page: perPage, page });
      if (answer.items.length > 0 && isDeepStrictEqual(answer.items, last))
        throw badAnswer(this.#asked("GET", path), "shows the same page again");
      last = answer.items;
      for (const item of last) items.push(item);
      if (answer.nextPage === undefined || answer.items.length === 0) break;
      read.pages++;
      read.size += answer.size;
      const much = tooMuch(read, (this.#options.limits ?? RETRY_LIMITS).list);
      if (much !== undefined)
        throw badAnswer(
          this.#asked("GET", path),
          `goes on after ${much}`,
          "Ask for less, with filters or a limit.",
        );
      page = answer.nextPage;
    }
    return items.length > limit ? items.slice(0, limit) : items;
  }

  post<T>(path: ApiPath, body?: unknown, still?: Still): Promise<T> {
    return this.#writing(path, this.#required("POST", path, { body, still }));
  }

  put<T>(path: ApiPath, body?: unknown): Promise<T> {
    return this.#writing(path, this.#required("PUT", path, { body }));
  }

  delete<T = undefined>(path: ApiPath, query?: Query, still?: Still): Promise<T> {
    return this.#writing(path, this.#required("DELETE", path, { query, still }));
  }

  /** Before and after: a list that is read meanwhile may show either. */
  async #writing<T>(path: ApiPath, request: Promise<Read>): Promise<T> {
    tellOfWrite(this.baseUrl, path);
    try {
      return (await request).value as T;
    } finally {
      tellOfWrite(this.baseUrl, path);
    }
  }

  serverTime(): Date | undefined {
    return this.#clockOffset === undefined ? undefined : new Date(performance.now() + this.#clockOffset);
  }

  #asked(method: string, path: ApiPath): Asked {
    const role = answerOf(method, path)?.role;
    return {
      ...{ method, url: targetUrl(this.baseUrl, path), connection: this.#connection },
      ...(role === undefined ? {} : { role }),
    };
  }

  /** A request whose answer must have a body; where nobody looks at it, a status that says there is none is well too. */
  async #required(method: string, path: ApiPath, what: Sent): Promise<Read> {
    const read = await this.#request(method, path, what);
    const ofNoUse = method !== "GET" && answerOf(method, path)?.row === undefined;
    const isMissing = !ofNoUse || (method !== "DELETE" && read.status !== 204);
    if (read.value === undefined && isMissing) throw badAnswer(read.asked, "is empty");
    requireExpected(read.asked, path, read.value, what.body);
    return read;
  }

  async #request(method: string, path: ApiPath, { query, body, still }: Sent): Promise<Read> {
    const asked = this.#asked(method, path);
    const { credential } = this.#connection;
    const useless = credential?.kind === "job-token" && !jobTokenAccepted(method, path);
    if (credential === undefined || useless) throw tokenMissing(asked);
    this.#warnAboutPlainHttp();
    const answer = await this.#followed(
      asked,
      query === undefined ? asked.url : targetUrl(this.baseUrl, path, query),
      {
        ...credential.header(),
        accept: "application/json",
        // A look must show what GitLab holds now, whatever something on the way remembers.
        ...(method === "GET" ? { "cache-control": "no-cache" } : {}),
        "user-agent": "pulumi-gitlab-cd",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      { body: body === undefined ? undefined : JSON.stringify(body), still },
    );
    const { status, headers: said, text } = answer;
    return { asked, status, headers: said, size: text.length, value: readAnswer(asked, answer) };
  }

  /** Follows what GitLab says about renamed projects: only for reads, and only within the configured API. */
  async #followed(
    asked: Asked,
    start: string,
    headers: Record<string, string>,
    more: More,
  ): Promise<Incoming> {
    let url = start;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = this.#answered(asked, await this.#send(asked.method, url, headers, more));
      if (answer.status >= 200 && answer.status < 300) return answer;
      const location = answer.headers["location"];
      if (answer.status < 300 || answer.status >= 400 || location === undefined) {
        throw refusal(asked, answer.status, answer.text, answer.asked);
      }
      const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
      const inside = target !== undefined && target.href.startsWith(`${this.baseUrl}/`);
      if (!inside || asked.method !== "GET") {
        throw redirected(
          asked,
          target === undefined ? "an unreadable address" : target.origin + target.pathname,
        );
      }
      url = target.href;
    }
    throw badAnswer(asked, `redirects more than ${MAX_REDIRECTS} times`);
  }

  #send(
    method: string,
    url: string,
    headers: Record<string, string>,
    { body, still }: More,
  ): Promise<Result> {
    const { maxRequests, timeoutSeconds, clientCertificate } = this.#connection;
    return send({
      method,
      url,
      headers,
      maxRequests,
      timeout: timeoutSeconds * 1000,
      still,
      ...(clientCertificate === undefined ? {} : { certificate: clientCertificate }),
      ...(body === undefined ? {} : { body }),
      ...(this.#options.limits === undefined ? {} : { limits: this.#options.limits }),
    });
  }

  #answered(asked: Asked, result: Result): Incoming {
    if (result.kind !== "answered") throw this.#unanswered(asked, result);
    const date = Date.parse(result.headers["date"] ?? "");
    if (!Number.isNaN(date)) this.#clockOffset = date - performance.now();
    return result;
  }

  #unanswered(asked: Asked, { kind, code }: Unanswered): GitLabError {
    if (kind === "lost") return lostAnswer(asked, code);
    if (kind === "outdated") return outdated(asked);
    if (kind === "too-large") return badAnswer(asked, "is larger than 32 MiB");
    if (code !== SILENT) return noConnection(asked, code);
    this.#warnOnce(
      `${this.baseUrl} has answered nothing for minutes; what is still to be asked is given up.`,
    );
    return givenUp(asked);
  }

  #warnAboutPlainHttp(): void {
    if (!this.#isReadable) return;
    this.#warnOnce(`${this.baseUrl} is plain http: anybody on the way can read the token. Use https.`);
  }

  #warnOnce(sentence: string): void {
    if (warnedAbout.has(sentence)) return;
    warnedAbout.add(sentence);
    const warn = this.#options.warn ?? ((text: string) => console.warn(text));
    warn(sentence);
  }
}

interface Sent {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly still?: Still | undefined;
}

/** What an attempt needs besides its address and headers. */
interface More {
  readonly body: string | undefined;
  readonly still: Still | undefined;
}

interface Read {
  readonly asked: Asked;
  readonly status: number;
  readonly headers: Incoming["headers"];
  /** Characters. */
  readonly size: number;
  readonly value: unknown;
}

/** A client for one connection. Nothing is loaded and nothing is sent before its first request. */
export function createClient(connection: Connection, options: ClientOptions = {}): GitLabClient {
  return new HttpClient(connection, options);
}
