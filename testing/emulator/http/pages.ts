import type { Answer } from "./answers";
import type { Call } from "./endpoint";
import { flatten } from "./form";
import type { Field } from "./params";
import { integer, withDefault } from "./params";

/** Above this many rows GitLab leaves out the totals. https://docs.gitlab.com/api/rest/#pagination-response-headers */
const countLimit = 10_000;
const largestPage = 100;

/** `per_page=0` is the one value that is refused. */
const notZero: Field["valueRule"] = (value, name) => (value === 0 ? [`${name} has a value not allowed`] : []);

export const paging = {
  page: withDefault(integer, 1),
  per_page: { ...withDefault(integer, 20), valueRule: notZero },
};

/** Rows that can be counted and cut without being copied. */
export interface Rows<T> {
  readonly length: number;
  slice(from: number, to: number): readonly T[];
}

/** The same rows, last first. */
export function reversed<T>(rows: readonly T[]): Rows<T> {
  const length = rows.length;
  return {
    length,
    slice: (from, to) => rows.slice(Math.max(length - to, 0), Math.max(length - from, 0)).reverse(),
  };
}

/** One page with its headers; only the rows of the page are shaped. */
export function page<T>(
  call: Call<{ page: number; per_page: number }>,
  rows: Rows<T>,
  shape: (row: T) => unknown,
): Answer {
  const size = Math.min(Math.max(call.params.per_page, 1), largestPage);
  const number = Math.max(call.params.page, 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const body = rows.slice((number - 1) * size, number * size).map(shape);
  const counted = rows.length <= countLimit;
  const links: [string, number][] = [
    ...(number > 1 ? [["prev", number - 1] as [string, number]] : []),
    ...(number < pages ? [["next", number + 1] as [string, number]] : []),
    ["first", 1],
    ...(counted ? [["last", pages] as [string, number]] : []),
  ];
  return {
    status: 200,
    body,
    headers: {
      "X-Page": String(number),
      "X-Per-Page": String(size),
      "X-Next-Page": number < pages ? String(number + 1) : "",
      "X-Prev-Page": number > 1 ? String(number - 1) : "",
      ...(counted && { "X-Total": String(rows.length), "X-Total-Pages": String(pages) }),
      Link: links.map(([rel, to]) => `<${linkTo(call, to, size)}>; rel="${rel}"`).join(", "),
    },
  };
}

/** The configured host, and every parameter there was, the path's own included, in alphabetical order. */
function linkTo(call: Call<unknown>, number: number, size: number): string {
  const params = flatten({ ...call.sent, ...call.path, page: number, per_page: size });
  params.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const query = params.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${call.store.origin()}${call.incoming.rawPath}?${query.join("&")}`;
}
