import type { ApiPath } from "./paths";

export type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

/** One page of a list, with what its headers say. */
export interface Page<T> {
  readonly items: T[];
  /** `X-Total`; absent above 10,000 rows. */
  readonly total?: number;
  /** From `X-Next-Page` or `Link`; absent on the last page. */
  readonly nextPage?: number;
}

/**
 * Whether what a write goes by is still new enough: asked when its turn has come, and before each repeat. Where it says no,
 * nothing is sent, and the write rejects as `outdated`. Such a write goes before those that go by nothing.
 */
export type Still = () => boolean;

/**
 * The one way to GitLab. Every method rejects with a `GitLabError` and with nothing else.
 * Reads are repeated on network errors, 429 and 5xx; writes only where it is known that nothing happened.
 */
export interface GitLabClient {
  /** `https://gitlab.example.com/api/v4`, never with credentials. */
  readonly baseUrl: string;
  get<T>(path: ApiPath, query?: Query): Promise<T>;
  page<T>(path: ApiPath, query?: Query): Promise<Page<T>>;
  /** All pages, or the first `limit` items. */
  list<T>(path: ApiPath, query?: Query, limit?: number): Promise<T[]>;
  post<T>(path: ApiPath, body?: unknown, still?: Still): Promise<T>;
  put<T>(path: ApiPath, body?: unknown): Promise<T>;
  /** Resolves to the body where there is one (`review_apps`), else to undefined (204). */
  delete<T = undefined>(path: ApiPath, query?: Query, still?: Still): Promise<T>;
  /** The server's clock as its `Date` headers tell it; undefined before the first answer that has one. */
  serverTime(): Date | undefined;
  /** Milliseconds after which GitLab itself has given up a request, so that it can have no effect any more. */
  readonly lateness: number;
}
