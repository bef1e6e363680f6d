/**
 * When a request is repeated, and after how long: a pure module, without clock or dice of its own.
 *
 * Reads are repeated after anything that may pass: no connection, a lost answer, 429, 5xx. Writes only where it is known
 * that nothing happened: 429 (refused before any work) and a connection that was never made. A lost answer to a write
 * is the caller's to look into.
 */

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: "answered"; readonly status: number; readonly headers: Headers }
  /** `unsent`: no connection was made. `lost`: it was sent, and no complete answer came. */
  | { readonly kind: "unsent" }
  | { readonly kind: "lost" }
  /** Repeating would give the same again: a certificate that does not fit, an answer beyond the size limit. */
  | { readonly kind: "hopeless" };

/** Lower-case names. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface RetryLimits {
  /** Repeats after network errors and 5xx. */
  readonly repeats: number;
  /** Repeats after 429. GitLab says when to come back, so these are few and long. */
  readonly rateLimitRepeats: number;
  /** First back-off in milliseconds; doubles each time. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Milliseconds one request may take in all, waiting for its turn not counted. */
  readonly total: number;
  /** Milliseconds that all requests of one operation on one object may lose together. */
  readonly operation: number;
  /** Milliseconds for all pages of one list together, also where each of them comes. */
  readonly list: number;
}

/**
 * GitLab's rate limits have windows of a minute (https://docs.gitlab.com/security/rate_limits/), so three minutes outlast
 * two of them. The back-off is the usual exponential one with jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export const RETRY_LIMITS: RetryLimits = {
  repeats: 5,
  rateLimitRepeats: 10,
  firstDelay: 500,
  longestDelay: 20_000,
  total: 180_000,
  operation: 300_000,
  // Two seconds for each of the most pages there may be, which a GitLab in health never takes.
  list: 1_800_000,
};

export type Decision =
  | { readonly repeat: true; readonly after: number; readonly quiet: boolean }
  /** `asked`: the milliseconds GitLab asked for, where that was more than is left. */
  | { readonly repeat: false; readonly asked?: number };

export interface Situation {
  /** GET and HEAD change nothing. */
  readonly safe: boolean;
  readonly attempt: Attempt;
  /** 0 at the first failure. */
  readonly repeats: number;
  /** Milliseconds used so far, sleeping included. */
  readonly spent: number;
  /** The same for all requests of the operation; 0 outside of one. */
  readonly spentInOperation: number;
  readonly now: number;
  /** 0 … 1. */
  readonly random: number;
}

const STOP: Decision = { repeat: false };

/** https://www.rfc-editor.org/rfc/rfc9110#name-retry-after: seconds, or a date. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers["retry-after"]?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date - serverNow(headers, now);
}

/** Unix seconds, on the server's clock: https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
function rateLimitReset(headers: Headers, now: number): number | undefined {
  const text = headers["ratelimit-reset"]?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) * 1000 - serverNow(headers, now) : undefined;
}

export function serverNow(headers: Headers, now: number): number {
  const date = Date.parse(headers["date"] ?? "");
  return Number.isNaN(date) ? now : date;
}

/** Milliseconds that the server asked for; undefined where it said nothing to go by. */
export function askedDelay(status: number, headers: Headers, now: number): number | undefined {
  // GitLab.com sends RateLimit-Reset with ordinary answers too: it means something only on a 429.
  const asked = retryAfter(headers, now) ?? (status === 429 ? rateLimitReset(headers, now) : undefined);
  return asked === undefined || asked <= 0 ? undefined : asked;
}

function backOff(situation: Situation, limits: RetryLimits): number {
  const full = Math.min(limits.longestDelay, limits.firstDelay * 2 ** situation.repeats);
  return full / 2 + (full / 2) * situation.random;
}

function mayRepeat({ safe, attempt, repeats }: Situation, limits: RetryLimits): boolean {
  if (attempt.kind === "hopeless") return false;
  if (attempt.kind === "answered" && attempt.status === 429) return repeats < limits.rateLimitRepeats;
  if (repeats >= limits.repeats) return false;
  if (attempt.kind === "unsent") return true;
  return safe && (attempt.kind === "lost" || attempt.status >= 500);
}

/** Whether to send the request again, and after how many milliseconds. */
export function decide(situation: Situation, limits: RetryLimits = RETRY_LIMITS): Decision {
  if (!mayRepeat(situation, limits)) return STOP;
  const { attempt, now, random, spent, spentInOperation } = situation;
  const asked = attempt.kind === "answered" ? askedDelay(attempt.status, attempt.headers, now) : undefined;
  // Spread those who were all told the same moment, never before it.
  const after =
    asked === undefined ? backOff(situation, limits) : asked + Math.min(1000, asked / 10) * random;
  if (spent + after > limits.total || spentInOperation + after > limits.operation)
    return asked === undefined ? STOP : { repeat: false, asked };
  return {
    repeat: true,
    after,
    quiet: asked !== undefined && attempt.kind === "answered" && attempt.status === 429,
  };
}
