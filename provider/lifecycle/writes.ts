import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import type { ApiPath } from "../gitlab/request/paths";

/** Rounding of the server's `Date` header (whole seconds), once for each of the two times compared. */
const CLOCK_GRAIN_MS = 2000;

export interface Create<T> {
  client: GitLabClient;
  send: () => Promise<T>;
  /** Looks for what a lost request may have made since that moment (server time); throws where it cannot be told. */
  find: (since: Date) => Promise<T | undefined>;
}

/**
 * Sends a create whose repetition would make a second object. When the answer is lost, looks before deciding:
 * found, it is ours; not found, the request is repeated once.
 */
export async function createOnce<T>(create: Create<T>): Promise<T> {
  const startedAt = Date.now();
  return sentOrFound(create, startedAt, () => sentOrFound(create, startedAt));
}

async function sentOrFound<T>(create: Create<T>, startedAt: number, repeat?: () => Promise<T>): Promise<T> {
  try {
    return await create.send();
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    const found = await lookAfterLoss(create, startedAt, error);
    if (found !== undefined) return found;
    if (repeat === undefined) throw error;
    return repeat();
  }
}

async function lookAfterLoss<T>(create: Create<T>, startedAt: number, lost: unknown): Promise<T | undefined> {
  try {
    return await create.find(serverTimeAt(create.client, startedAt));
  } catch (error) {
    // Looking failed too: what the user has to know is that the write was lost.
    throw isGitLabError(error) ? lost : error;
  }
}

/** The server's clock at a moment of ours, rounded down as far as its grain. */
export function serverTimeAt(client: GitLabClient, localTime: number): Date {
  return new Date(client.serverTime().getTime() - (Date.now() - localTime) - CLOCK_GRAIN_MS);
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
export async function deleteOnce(client: GitLabClient, path: ApiPath): Promise<void> {
  try {
    await client.delete(path);
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    await client.delete(path);
  }
}

export function outcomeUnknown(error: unknown): boolean {
  return isGitLabError(error) && error.applied === "unknown";
}
