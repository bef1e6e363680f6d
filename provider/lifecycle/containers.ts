import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import { api } from "../gitlab/request/paths";
import { UserError } from "./errors";

/** The project or group that holds an object. */
export type ContainerKind = "project" | "group";

/** The numeric id behind a spelling, with a clear error where it cannot be seen. */
export async function containerId(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
): Promise<number> {
  if (/^\d+$/.test(spelling)) return Number(spelling);
  const lookups = lookupsFor(client);
  const found: Promise<{ id: number }> =
    kind === "project" ? lookups.project(spelling) : lookups.group(spelling);
  return (await seeing(kind, spelling, found)).id;
}

/** Whether two spellings name the same project or group; asks GitLab only where the text cannot tell. */
export async function sameContainer(
  client: GitLabClient,
  kind: ContainerKind,
  a: string,
  b: string,
): Promise<boolean> {
  if (a === b) return true;
  const [idOfA, idOfB] = await Promise.all([containerId(client, kind, a), containerId(client, kind, b)]);
  return idOfA === idOfB;
}

/**
 * GitLab hides what a caller may not see behind the same 404 as what does not exist. An object is only called gone when
 * its parent answers; otherwise this throws and the state is kept. One answer counts for a few seconds, so that a refresh
 * that misses many objects asks once, and a token that loses sight of the parent is noticed all the same.
 */
export async function confirmParentAnswers(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
): Promise<void> {
  const known = answering.get(client) ?? new Map<string, Asked>();
  answering.set(client, known);
  const key = `${kind} ${spelling}`;
  const before = known.get(key);
  const asked =
    before !== undefined && Date.now() - before.at < ANSWER_COUNTS_MS
      ? before
      : { at: Date.now(), answer: askParent(client, kind, spelling) };
  known.set(key, asked);
  try {
    await seeing(kind, spelling, asked.answer);
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

const ANSWER_COUNTS_MS = 10_000;

interface Asked {
  at: number;
  answer: Promise<unknown>;
}

const answering = new WeakMap<GitLabClient, Map<string, Asked>>();

async function askParent(client: GitLabClient, kind: ContainerKind, spelling: string): Promise<unknown> {
  if (kind === "group") return client.get(api`/groups/${spelling}`, { with_projects: false });
  try {
    return await client.get(api`/projects/${spelling}`);
  } catch (error) {
    // A job token may not look at projects, but its list of environments shows as well that the project is there.
    if (!isGitLabError(error, "token-missing")) throw error;
    return client.page(api`/projects/${spelling}/environments`, { per_page: 1 });
  }
}

async function seeing<T>(kind: ContainerKind, spelling: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isGitLabError(error, "not-found", "forbidden", "unauthorized")) throw error;
    const because =
      error.kind === "not-found"
        ? "the token lacks access to it, or it was renamed or deleted"
        : error.message;
    throw new UserError(`cannot see the ${kind} ${spelling}: ${because}. Nothing was changed.`);
  }
}
