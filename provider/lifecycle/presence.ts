import { type GitLabError, isGitLabError } from "../gitlab/answer/errors";
import { wasListed } from "../gitlab/reads/shared";
import type { GitLabClient } from "../gitlab/request/client";
import type { ApiPath, Level } from "../gitlab/request/paths";
import { ANSWER_COUNTS_MS, confirmParentAnswers } from "./containers";
import { UserError } from "./errors";
import { deleteOnce } from "./writes";

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
 * Like `readOrGone`, for rows that a list page may have answered: a list that came with 200 just now shows as well as a
 * look at the project or group that a missing row is gone.
 */
export async function sharedOrGone<T>(
  client: GitLabClient,
  level: Level,
  spelling: string,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  return unlessGone(client, level, spelling, async () => {
    const row = await read();
    if (row === undefined && !wasListed(client, level, spelling, ANSWER_COUNTS_MS))
      await confirmParentAnswers(client, level, spelling);
    return row;
  });
}

/** The record, or undefined after a 404 that is GitLab's own word; the project or group is not asked for. */
export async function recordAt<T>(client: GitLabClient, path: ApiPath): Promise<T | undefined> {
  try {
    return await client.get<T>(path);
  } catch (error) {
    if (isGitLabError(error, "not-found") && error.missing !== undefined) return undefined;
    throw error;
  }
}

export async function isThere(client: GitLabClient, path: ApiPath): Promise<boolean> {
  return (await recordAt(client, path)) !== undefined;
}

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

/** Undefined after a 404 that means "gone": GitLab says so of the record itself, and the project or group answers. */
export async function unlessGone<T>(
  client: GitLabClient,
  level: Level,
  spelling: string,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isGitLabError(error, "not-found")) throw error;
    await confirmGone(client, level, spelling, error);
    return undefined;
  }
}

/** Resolves where this 404 means that the object is gone; else it throws, and the state is kept. */
async function confirmGone(
  client: GitLabClient,
  level: Level,
  spelling: string,
  error: GitLabError,
): Promise<void> {
  if (error.missing === undefined) throw notTheirWord(error);
  // "404 Project Not Found" says that it is the parent that is out of sight: what was seen of it before does not count.
  await confirmParentAnswers(client, level, spelling, error.missing === "record" ? ANSWER_COUNTS_MS : 0);
}

/** An unknown route, a page of something on the way, a list that is out of sight. */
function notTheirWord(error: GitLabError): UserError {
  return new UserError(
    `${error.message} That does not say that the object itself is gone, so nothing was changed. ` +
      `Check the base URL, what the token may see, and that nothing on the way refuses or decodes the %2F in paths.`,
  );
}
