import { serverNow, type Headers } from "./retry";

/**
 * How many requests one host gets at the same time: a pure module, without a clock of its own.
 *
 * It begins with 8, grows while answers come quickly and that number is what holds us back, and is halved when GitLab says
 * that it has too much (429, 503) or does not answer in time: additive increase, multiplicative decrease, as TCP does it
 * (https://www.rfc-editor.org/rfc/rfc5681). Where GitLab says how many requests are left, there are never more.
 */
export interface Pace {
  /** May be a fraction: it grows slowly after a first trouble. */
  readonly most: number;
  /** No trouble yet: each quick answer allows one more, so that the number doubles with every round. */
  readonly untroubled: boolean;
  /** Milliseconds of the quickest answer so far. */
  readonly quickest: number;
  /** Requests up to this number were sent before the last halving; their trouble is the same trouble. */
  readonly cutAt: number;
  /** What a rate limit leaves, until when (local milliseconds). */
  readonly room?: { readonly left: number; readonly until: number };
}

export const LEAST = 1;
const FIRST = 8;
export const MOST = 32;

export const FIRST_PACE: Pace = { most: FIRST, untroubled: true, quickest: Infinity, cutAt: 0 };

/** One attempt that came to its end. */
export interface Seen {
  /** The how-manieth request to this host it was, from 1 on. */
  readonly number: number;
  /** The number of the request sent last. */
  readonly newest: number;
  /** While it was on its way, as many were as may be: more would have been of use. */
  readonly full: boolean;
  /** Milliseconds. */
  readonly took: number;
  /** Undefined where no complete answer came in time. */
  readonly status?: number;
  readonly headers?: Headers;
}

const isTrouble = ({ status }: Seen): boolean => status === undefined || status === 429 || status === 503;

/** An answer that took longer than this, beside the quickest one, has waited for its turn at GitLab. */
const isQuick = (took: number, quickest: number): boolean => took <= 2 * quickest + 100;

export function paced(pace: Pace, seen: Seen, now: number): Pace {
  const room = roomAfter(pace.room, seen.headers ?? {}, now);
  const next = isTrouble(seen) ? slower(pace, seen) : faster(pace, seen);
  const { room: _before, ...rest } = next;
  return room === undefined ? rest : { ...rest, room };
}

function slower(pace: Pace, { number, newest }: Seen): Pace {
  if (number <= pace.cutAt) return pace;
  return {
    ...pace,
    most: Math.max(LEAST, Math.floor(pace.most / 2)),
    untroubled: false,
    cutAt: newest,
  };
}

function faster(pace: Pace, { full, took }: Seen): Pace {
  const quickest = Math.min(pace.quickest, took);
  if (!full || !isQuick(took, quickest)) return { ...pace, quickest };
  const more = pace.untroubled ? 1 : 1 / pace.most;
  return { ...pace, quickest, most: Math.min(MOST, pace.most + more) };
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;

/** GitLab counts by the minute; a longer silence is what a 429 is for. */
const LONGEST_ROOM_MS = 60_000;
/** Two answers of one window, whose end is told in whole seconds. */
const SAME_WINDOW_MS = 2000;

/** https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
function roomAfter(before: Pace["room"], headers: Headers, now: number): Pace["room"] {
  const known = before !== undefined && before.until > now ? before : undefined;
  const left = wholeNumber(headers["ratelimit-remaining"]);
  if (left === undefined) return known;
  const reset = wholeNumber(headers["ratelimit-reset"]);
  const wait = reset === undefined ? LONGEST_ROOM_MS : reset * 1000 - serverNow(headers, now);
  const until = now + Math.min(LONGEST_ROOM_MS, Math.max(0, wait));
  // Answers overtake each other: within one window it only becomes less.
  const same = known !== undefined && Math.abs(known.until - until) <= SAME_WINDOW_MS;
  return { left: same ? Math.min(known.left, left) : left, until };
}

/** How many may be on their way now; 0 until `room.until` where nothing is left. `fixed`: what somebody set. */
export function mostInFlight({ most, room }: Pace, fixed: number | undefined, now: number): number {
  const wanted = fixed ?? Math.floor(most);
  if (room === undefined) return wanted;
  // A new window's first answer tells how much it has; before that there is no reason for a burst.
  return Math.min(wanted, room.until > now ? room.left : FIRST);
}
