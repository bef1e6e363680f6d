import type { GitLabClient, Still } from "../gitlab/request/client";
import { GitLabError, isGitLabError, outcomeUnknown } from "../gitlab/answer/errors";
import type { ApiPath } from "../gitlab/request/paths";
import { repeatedOnce } from "../gitlab/request/repeated";
import { sleep } from "./waiting";

/** Rounding of the server's `Date` header (whole seconds), once for each of the two times compared. */
const CLOCK_GRAIN_MS = 2000;

/** A moment on the server's clock. Known after the first answer that tells the time, at the latest that of the look for which it is wanted. */
export interface Moment {
  /** Milliseconds since 1970, so that moments can be compared with dates. Throws where no answer has told the time. */
  valueOf(): number;
}

export interface Create<T> {
  client: GitLabClient;
  send: () => Promise<T>;
  /** Looks for what a lost request may have made since that moment; throws where it cannot be told. Compare after the answer came. */
  find: (since: Moment) => Promise<T | undefined>;
  /** Another one could be made by the first request after the look: it is looked for until GitLab must have given it up. */
  mayBeLate?: boolean;
  /** Never sent a second time. */
  sendOnce?: boolean;
}

/**
 * Sends a create whose repetition would make a second object. When the answer is lost, looks before deciding:
 * found, it is ours; not found, the request is repeated once.
 */
export async function createOnce<T>(create: Create<T>): Promise<T> {
  const since = now(create.client);
  try {
    return await create.send();
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    const found = await lookAfterLoss(create, since, error);
    if (found !== undefined) return found;
    if (create.sendOnce) throw error;
    return sendAgain(create, since);
  }
}

async function sendAgain<T>(create: Create<T>, since: Moment): Promise<T> {
  try {
    return await create.send();
  } catch (error) {
    // A refusal may mean that the first request did arrive in the end.
    const mayBeThere = outcomeUnknown(error) || isGitLabError(error, "invalid", "conflict");
    const found = mayBeThere ? await lookAfterLoss(create, since, error) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

async function lookAfterLoss<T>(create: Create<T>, since: Moment, lost: unknown): Promise<T | undefined> {
  const until = performance.now() + (create.mayBeLate && mayStillHappen(lost) ? create.client.lateness : 0);
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const found = await create.find(since);
      const left = until - performance.now();
      if (found !== undefined || left <= 0) return found;
      await sleep(Math.min(pause, left));
    }
  } catch (error) {
    // Looking failed too: what the user has to know is that the write was lost.
    throw isGitLabError(error) ? lost : error;
  }
}

/** After GitLab's own 500 or a complete answer nothing is on its way any more; a balancer's 504 or a reset says nothing. */
function mayStillHappen(error: unknown): boolean {
  return isGitLabError(error) && error.kind !== "bad-answer" && error.status !== 500;
}

function now(client: GitLabClient): Moment {
  const at = performance.now();
  return {
    valueOf: () => {
      const time = client.serverTime();
      if (time === undefined)
        throw new GitLabError(`${client.baseUrl} does not say what time it is there.`, {
          kind: "bad-answer",
          hint: "Its answers have no Date header: something in between takes it away.",
        });
      return time.getTime() - (performance.now() - at) - CLOCK_GRAIN_MS;
    },
  };
}

/** The server's clock at a moment of ours, rounded down as far as its grain; ours where it never told the time. */
export function serverTimeAt(client: GitLabClient, localTime: number): Date {
  const time = client.serverTime()?.getTime() ?? Date.now();
  return new Date(time - (Date.now() - localTime) - CLOCK_GRAIN_MS);
}

/**
 * Sends a write that sets absolute values, so that repeating it does no harm; still looks first when the answer is lost.
 * `look` resolves to the object when it already is as wanted.
 */
export async function setOnce<T>(send: () => Promise<T>, look: () => Promise<T | undefined>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    return (await look()) ?? send();
  }
}

/** A repeated DELETE is harmless: when the answer was lost, the second one finds nothing. */
export async function deleteOnce(client: GitLabClient, path: ApiPath, still?: Still): Promise<void> {
  await repeatedOnce(() => client.delete(path, undefined, still));
}
