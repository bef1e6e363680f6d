import { isGitLabError } from "../answer/errors";
import { FORBIDDEN_TO_ALL } from "../answer/failures";
import type { GitLabClient } from "../request/client";
import type { WireProject } from "../answer/types";
import { api } from "../request/paths";

const unchanged = (text: string): string => text;

/**
 * GitLab has the same 403 for a role that is too small, an archived project and a feature that is switched off; the
 * project itself tells them apart. Resolves to what puts the cause into sentences about that 403; where the project does not tell
 * either, all of it stays said.
 */
export async function whyForbidden(
  message: string,
  project: unknown,
  client: () => GitLabClient,
): Promise<(text: string) => string> {
  if (!message.includes(FORBIDDEN_TO_ALL) || typeof project !== "string") return unchanged;
  const cause = await refuserOf(client(), project);
  return cause === undefined ? unchanged : (text) => text.replace(FORBIDDEN_TO_ALL, () => cause).trimEnd();
}

async function refuserOf(client: GitLabClient, project: string): Promise<string | undefined> {
  try {
    const seen = await asOfNow(client, project);
    if (seen.archived === true)
      return `But the project ${project} is archived, and refuses it to everybody: unarchive it first.`;
    const off = [
      ...(seen.builds_access_level === "disabled" ? ["CI/CD"] : []),
      ...(seen.environments_access_level === "disabled" ? ["environments"] : []),
    ];
    if (off.length === 0) return "";
    const are = off.length === 1 && off[0] === "CI/CD" ? "is" : "are";
    return `But ${off.join(" and ")} ${are} switched off in ${project}, and it refuses to everybody: Settings > General > Visibility.`;
  } catch (error) {
    // The refusal matters more than a look that failed.
    if (isGitLabError(error)) return undefined;
    throw error;
  }
}

/** As of a moment ago: a process may live long, and many objects of one project are refused at once. */
const COUNTS_MS = 10_000;
const looks = new WeakMap<
  GitLabClient,
  Map<string, { readonly at: number; readonly seen: Promise<WireProject> }>
>();

function asOfNow(client: GitLabClient, project: string): Promise<WireProject> {
  const ofClient = looks.get(client) ?? new Map<string, { at: number; seen: Promise<WireProject> }>();
  looks.set(client, ofClient);
  const last = ofClient.get(project);
  if (last !== undefined && performance.now() - last.at < COUNTS_MS) return last.seen;
  const seen = client.get<WireProject>(api`/projects/${project}`);
  ofClient.set(project, { at: performance.now(), seen });
  return seen;
}
