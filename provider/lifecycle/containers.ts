import type { GitLabClient } from "../gitlab/client";
import { isGitLabError } from "../gitlab/errors";
import { api, type ApiPath } from "../gitlab/paths";
import { UserError } from "./errors";

/** The project or group that holds an object. */
export type ContainerKind = "project" | "group";

export function containerPath(kind: ContainerKind, spelling: string): ApiPath {
  return kind === "project" ? api`/projects/${spelling}` : api`/groups/${spelling}`;
}

/** The numeric id behind a spelling, with a clear error where it cannot be seen. */
export async function containerId(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
): Promise<number> {
  if (/^\d+$/.test(spelling)) return Number(spelling);
  const query = kind === "group" ? { with_projects: false } : {};
  const found = await seeing(
    kind,
    spelling,
    client.get<{ id: number }>(containerPath(kind, spelling), query),
  );
  return found.id;
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
 * its parent answers; otherwise this throws and the state is kept. Asked once per parent in one operation.
 */
export async function confirmParentAnswers(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
): Promise<void> {
  const known = answering.get(client) ?? new Map<string, Promise<unknown>>();
  answering.set(client, known);
  const key = `${kind} ${spelling}`;
  const query = kind === "group" ? { with_projects: false } : {};
  const asked = known.get(key) ?? client.get(containerPath(kind, spelling), query);
  known.set(key, asked);
  try {
    await seeing(kind, spelling, asked);
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

const answering = new WeakMap<GitLabClient, Map<string, Promise<unknown>>>();

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
