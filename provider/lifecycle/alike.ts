import type { GitLabClient } from "../gitlab/request/client";
import { GitLabError, outcomeUnknown } from "../gitlab/answer/errors";
import { UserError } from "./errors";
import { createOnce, type Moment } from "./writes";

/** A create of something that may exist any number of times with the same properties. */
export interface AlikeCreate<T> {
  client: GitLabClient;
  /** What cannot be told apart has the same key. */
  key: string;
  send: () => Promise<T>;
  /** What a lost request may have made since that moment. */
  candidates: (since: Moment) => Promise<T[]>;
  /** Says that several candidates are there and none may be called ours. */
  several: (candidates: T[]) => Error;
  /** What the next run does, where neither the answer nor the look for what was made came through. */
  next: string;
  /** A second one would do harm: rather none than two. */
  sendOnce?: boolean;
}

/**
 * Sends a create of which GitLab would happily make a second one. After a lost answer, exactly one candidate is ours; none
 * until GitLab must have given it up means that the request may be repeated once; several are for a person to sort out. Creates of this process that look
 * alike run one after another and each takes what it made, so that none is found by its neighbour.
 */
export async function createAmongAlike<T extends { id: number; created_at: string }>(
  create: AlikeCreate<T>,
): Promise<T> {
  return oneAtATime(create.client, create.key, async (taken) => {
    const started = Date.now();
    const find = async (since: Moment): Promise<T | undefined> => {
      const made = async (from: Moment) => (await create.candidates(from)).filter(({ id }) => !taken.has(id));
      const candidates = await made(since);
      const [only] = candidates;
      if (candidates.length > 1 || (only && isFromTheFuture(create.client, only)))
        throw create.several(candidates);
      if (only !== undefined || !isAhead(since, started)) return only;
      const doubtful = await made(new Date(started));
      if (doubtful.length > 0) throw create.several(doubtful);
      return undefined;
    };
    const { client, send, sendOnce = false } = create;
    const made = await createOnce({ client, send, find, mayBeLate: true, sendOnce }).catch(
      (error: unknown) => {
        throw unsettled(error, create.next);
      },
    );
    taken.add(made.id);
    return made;
  });
}

/** Machines of one GitLab keep time to the second. */
const CLOCKS_DIFFER_MS = 10_000;

/**
 * Whether something on the way tells another time than GitLab's records do: by a `Date` that is behind, an older record of
 * somebody else's would be as new as ours.
 */
function isFromTheFuture(client: GitLabClient, { created_at: at }: { readonly created_at: string }): boolean {
  const now = client.serverTime()?.getTime() ?? 0;
  return Date.parse(at) > now + CLOCKS_DIFFER_MS;
}

/**
 * Whether the time that answers tell is ahead of this machine's. One of the two is wrong: what was made in between may be ours,
 * and is not to be made a second time.
 */
export function isAhead(told: Moment, ours: number): boolean {
  return told.valueOf() > ours + CLOCKS_DIFFER_MS;
}

/** A lost create leaves nothing in state, so the next run makes another one: that has to be said. */
function unsettled(error: unknown, next: string): unknown {
  if (!(error instanceof GitLabError) || !outcomeUnknown(error)) return error;
  return new UserError(`${error.message.replace(error.hint ?? "", "").trimEnd()} ${next}`);
}

interface Line {
  last: Promise<unknown>;
  readonly taken: Set<number>;
}

const lines = new WeakMap<GitLabClient, Map<string, Line>>();

async function oneAtATime<T>(
  client: GitLabClient,
  key: string,
  act: (taken: Set<number>) => Promise<T>,
): Promise<T> {
  const ofClient = lines.get(client) ?? new Map<string, Line>();
  lines.set(client, ofClient);
  const line = ofClient.get(key) ?? { last: Promise.resolve(), taken: new Set<number>() };
  ofClient.set(key, line);
  const result = line.last.then(() => act(line.taken));
  line.last = result.catch(() => undefined);
  return result;
}
