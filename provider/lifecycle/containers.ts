import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient } from "../gitlab/request/client";
import { api, type Level } from "../gitlab/request/paths";
import { UserError } from "./errors";

/**
 * Whether two spellings are one by their text alone: GitLab finds projects and groups without regard to case.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/concerns/routable.rb (`find_by_full_path`)
 */
export function sameSpelling(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The numeric id behind a spelling, with a clear error where it cannot be seen. */
async function containerId(client: GitLabClient, level: Level, spelling: string): Promise<number> {
  return seeing(level, spelling, lookUp(client, level, spelling));
}

async function lookUp(client: GitLabClient, level: Level, spelling: string): Promise<number> {
  if (/^\d+$/.test(spelling)) return Number(spelling);
  const lookups = lookupsFor(client);
  return (await (level === "project" ? lookups.project(spelling) : lookups.group(spelling))).id;
}

/** Whether two spellings name the same project or group; asks GitLab only where the text cannot tell. */
export async function sameContainer(
  client: GitLabClient,
  level: Level,
  a: string,
  b: string,
): Promise<boolean> {
  if (sameSpelling(a, b)) return true;
  const [idOfA, idOfB] = await Promise.all([containerId(client, level, a), containerId(client, level, b)]);
  return idOfA === idOfB;
}

/** A project or group that is spelled differently now. */
export interface Respelling {
  client: GitLabClient;
  level: Level;
  old: string;
  now: string;
  /** Whether the object itself, by GitLab's own numbers, is there under the new spelling; absent where none lives on the server. */
  isThere?: (() => Promise<boolean>) | undefined;
}

/**
 * Whether another spelling still means the same project or group. The new one must be to be seen. The old one may be
 * dead, or lead to what somebody else made since: then it is the object that tells.
 */
export async function staysTheSame({ client, level, old, now, isThere }: Respelling): Promise<boolean> {
  if (sameSpelling(old, now)) return true;
  const [before, after] = await Promise.all([
    lookUp(client, level, old).catch(outOfSight),
    containerId(client, level, now),
  ]);
  if (before === after) return true;
  if (isThere === undefined) return before === undefined;
  if (await isThere()) return true;
  if (before !== undefined) return false;
  throw new UserError(
    `the ${level} was ${old}, which this token cannot see (any more), and ${now} does not hold the object either. Nothing was changed. ` +
      `If the object went away with ${old}, run \`pulumi state delete <its URN>\`.`,
  );
}

function outOfSight(error: unknown): undefined {
  const hidden = isGitLabError(error, "not-found") && error.missing !== undefined;
  if (!hidden && !isGitLabError(error, "forbidden")) throw error;
  return undefined;
}

/**
 * GitLab hides what a caller may not see behind the same 404 as what does not exist. An object is only called gone when
 * its parent answers; otherwise this throws and the state is kept. An answer of the last `within` milliseconds counts, so
 * that a refresh that misses many objects asks once, and a token that loses sight of the parent is noticed all the same.
 */
export async function confirmParentAnswers(
  client: GitLabClient,
  level: Level,
  spelling: string,
  within = ANSWER_COUNTS_MS,
): Promise<void> {
  const known = answering.get(client) ?? new Map<string, Asked>();
  answering.set(client, known);
  const key = `${level} ${spelling}`;
  const before = known.get(key);
  const counts = before !== undefined && (!before.answered || Date.now() - before.at < within);
  const asked = counts ? before : ask(client, level, spelling);
  known.set(key, asked);
  try {
    await seeing(level, spelling, asked.answer);
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

/** How long the sight of a project or group, or of one of its lists, counts. */
export const ANSWER_COUNTS_MS = 10_000;

interface Asked {
  at: number;
  answered: boolean;
  answer: Promise<unknown>;
}

const answering = new WeakMap<GitLabClient, Map<string, Asked>>();

function ask(client: GitLabClient, level: Level, spelling: string): Asked {
  const asked: Asked = { at: Date.now(), answered: false, answer: askParent(client, level, spelling) };
  asked.answer.then(
    () => (asked.answered = true),
    () => (asked.answered = true),
  );
  return asked;
}

async function askParent(client: GitLabClient, level: Level, spelling: string): Promise<unknown> {
  if (level === "group") return client.get(api`/groups/${spelling}`, { with_projects: false });
  try {
    return await client.get(api`/projects/${spelling}`);
  } catch (error) {
    // A job token may not look at projects, but its list of environments shows as well that the project is there.
    if (!isGitLabError(error, "token-missing")) throw error;
    return client.page(api`/projects/${spelling}/environments`, { per_page: 1 });
  }
}

async function seeing<T>(level: Level, spelling: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isGitLabError(error, "not-found", "forbidden", "unauthorized")) throw error;
    const because =
      error.missing === undefined
        ? error.message
        : "the token lacks access to it, or it was renamed or deleted.";
    throw new UserError(
      `cannot see the ${level} ${spelling}: ${because} Nothing was changed. ` +
        `If it was renamed or moved, correct it in the program and run \`pulumi up\`.`,
    );
  }
}
