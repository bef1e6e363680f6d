/** Maps GitLab's snake_case answers to camelCase, at any depth. */

/**
 * Objects whose keys were chosen by people (git trailers) or name something of theirs, not of GitLab: their values come
 * over as they are.
 */
const USER_KEYED = new Set(["trailers", "extended_trailers"]);

/** `auto_stop_at` → `autoStopAt`; underscores at either end stay (`_links`). */
export function camelKey(key: string): string {
  return key.replace(/(?<=[a-z0-9])_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** `autoStopAt` → `auto_stop_at`. */
export function snakeKey(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A copy with camelCase keys. A key `__proto__` in an answer is dropped: a plain assignment of it would change the copy's prototype. */
export function camelCased(value: unknown): unknown {
  return copy(value, camelKey);
}

function copy(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, rename));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== "__proto__")
    .map(([key, item]) => [rename(key), copy(item, USER_KEYED.has(key) ? (own) => own : rename)] as const);
  return Object.fromEntries(entries);
}
