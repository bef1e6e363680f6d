import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import type { ApiPath } from "../gitlab/request/paths";
import { wasListed } from "../gitlab/reads/sharedReads";
import { confirmParentAnswers, type ContainerKind } from "./containers";
import { UserError } from "./errors";
import { deleteOnce } from "./writes";

/** An object that lives in a project. */
export interface InProject {
  readonly client: GitLabClient;
  readonly project: string;
  readonly path: ApiPath;
}

/** Reads an object; undefined only where it is certainly gone. */
export async function readOrGone<T>(object: InProject): Promise<T | undefined> {
  return ifThere(object, () => object.client.get<T>(object.path));
}

/**
 * Like `readOrGone`, for rows that a list page may have answered: a list that came with 200 shows as well as a look at
 * the project or group that a missing row is gone.
 */
export async function sharedOrGone<T>(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const row = await read();
  if (row === undefined && !wasListed(client, kind, spelling))
    await confirmParentAnswers(client, kind, spelling);
  return row;
}

/** Deletes an object; being gone already is fine. */
export async function deleteOrGone(object: InProject): Promise<void> {
  await ifThere(object, () => deleteOnce(object.client, object.path));
}

/** A write to an object that may be gone: then the error says what to do. */
export async function orMissing<T>(
  object: InProject,
  id: string,
  what: string,
  send: () => Promise<T>,
): Promise<T> {
  const answer = await ifThere(object, async () => ({ value: await send() }));
  if (answer) return answer.value;
  throw new UserError(
    `${id}: the ${what} is gone from GitLab. Run \`pulumi refresh\`, then \`pulumi up\` creates it anew.`,
  );
}

/** Acts on an object; undefined where it is certainly gone. */
export async function ifThere<T>(
  { client, project }: InProject,
  act: () => Promise<T>,
): Promise<T | undefined> {
  return unlessGone(client, "project", project, act);
}

/** Undefined after a 404 that means "gone": the project or group answers. */
export async function unlessGone<T>(
  client: GitLabClient,
  kind: ContainerKind,
  spelling: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isGitLabError(error, "not-found")) throw error;
    await confirmParentAnswers(client, kind, spelling);
    return undefined;
  }
}
