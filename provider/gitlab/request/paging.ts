import type { Headers } from "./retry";

/** 100,000 rows: who lists more wants a filter, and a server that never ends must not keep us forever. */
const MAX_PAGES = 1000;
/** Characters of all pages of one list: 100,000 ordinary rows have less, and a page may have 32 MiB. */
const MAX_LIST_SIZE = 128 << 20;

/** GitLab's own number of rows to a page. https://docs.gitlab.com/api/rest/#offset-based-pagination */
export const ROWS_BY_DEFAULT = 20;

/** One page of a list, as far as the list goes by it. */
interface Asked {
  readonly page: number;
  readonly perPage: number;
  readonly rows: number;
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** `X-Total`, which GitLab leaves out above 10,000 rows. https://docs.gitlab.com/api/rest/#other-pagination-headers */
export const totalOf = (headers: Headers): number | undefined => wholeNumber(headers["x-total"]);

/**
 * The page after this one: `X-Next-Page` (empty on the last), else the number of `rel="next"` in `Link`, for proxies that
 * pass on only standard headers. Only the number is taken; the address in a `Link` is the server's word and not called.
 * GitLab sends both with every list: where neither came through, a full page is followed by another, empty or not.
 */
export function followingPage(headers: Headers, { page, perPage, rows }: Asked): number | undefined {
  const { "x-next-page": direct, link } = headers;
  if (direct !== undefined) return wholeNumber(direct);
  if (link === undefined) return rows > 0 && rows >= perPage ? page + 1 : undefined;
  const next = link.split(",").find((part) => /;\s*rel="?next"?/.test(part));
  return wholeNumber(/[?&]page=(\d{1,9})(?:&|>)/.exec(next ?? "")?.[1]);
}

/** What was read of a list so far. */
interface SoFar {
  readonly pages: number;
  /** Characters. */
  readonly size: number;
  /** When it began, by `performance.now()`. */
  readonly since: number;
}

/** More than any list has, in words; undefined while it may go on. `longest` in milliseconds. */
export function tooMuch({ pages, size, since }: SoFar, longest: number): string | undefined {
  if (pages >= MAX_PAGES) return `${MAX_PAGES} pages`;
  if (size > MAX_LIST_SIZE) return `${MAX_LIST_SIZE >> 20} MiB`;
  return performance.now() - since > longest ? `${Math.ceil(longest / 60_000)} minutes` : undefined;
}
