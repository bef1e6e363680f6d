import type { Headers } from "./retry";

/** 100,000 rows: who lists more wants a filter, and a server that never ends must not keep us forever. */
export const MAX_PAGES = 1000;
/** Characters of all pages of one list: 100,000 ordinary rows have less, and a page may have 32 MiB. */
export const MAX_LIST_SIZE = 128 << 20;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** `X-Total`, which GitLab leaves out above 10,000 rows. https://docs.gitlab.com/api/rest/#other-pagination-headers */
export const totalOf = (headers: Headers): number | undefined => wholeNumber(headers["x-total"]);

/**
 * The page after `current`: `X-Next-Page` (empty on the last), else the number of `rel="next"` in `Link`, for proxies that
 * pass on only standard headers. Only the number is taken; the address in a `Link` is the server's word and not called.
 */
export function followingPage(headers: Headers): number | undefined {
  const direct = headers["x-next-page"];
  if (direct !== undefined) return wholeNumber(direct);
  const next = (headers["link"] ?? "").split(",").find((link) => /;\s*rel="?next"?/.test(link));
  return wholeNumber(/[?&]page=(\d{1,9})(?:&|>)/.exec(next ?? "")?.[1]);
}
