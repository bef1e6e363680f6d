import type { GitLabClient } from "../request/client";
import { GitLabError, isGitLabError, unless } from "../answer/errors";
import { api } from "../request/paths";
import type { WireGroup, WireProject, WireUser } from "../answer/types";

const known = new WeakMap<GitLabClient, ReturnType<typeof createLookups>>();

/** The lookups of a client, shared by everybody who uses it. */
export function lookupsFor(client: GitLabClient) {
  const lookups = known.get(client) ?? createLookups(client);
  known.set(client, lookups);
  return lookups;
}

/**
 * Names to ids and back: one request per name and client, however often and however concurrently it is asked.
 * A failure is not remembered.
 */
function createLookups(client: GitLabClient) {
  const once = rememberPromises();

  /** By id or full path. */
  const group = (idOrPath: string | number): Promise<WireGroup> => {
    const name = `the group "${idOrPath}"`;
    // Without `with_projects`, the answer would carry the group's first hundred projects.
    const ask = (): Promise<WireGroup> => client.get(api`/groups/${idOrPath}`, { with_projects: false });
    return once(name, () => found(client, name, ask()));
  };

  return {
    group,
    /** By full path: `acme/release`. */
    groupIdByPath: async (path: string) => (await group(path)).id,
    /** GitLab compares usernames without regard to case. */
    userIdByUsername: (username: string) =>
      once(`username ${username.toLowerCase()}`, async () => (await userNamed(client, username)).id),
    user: (id: number) => {
      const name = `the user with the id ${id}`;
      return once(name, () => found(client, name, client.get<WireUser>(api`/users/${id}`)));
    },
    /** Whom the token speaks for; undefined for a `CI_JOB_TOKEN`, which may not ask. https://docs.gitlab.com/api/users/#get-the-current-user */
    self: () => once("self", () => unless(client.get<WireUser>(api`/user`), "token-missing")),
    /** By id or full path. A path without a slash is none: GitLab finds no project by its name alone. */
    project: (idOrPath: string | number) => {
      const name = `the project "${idOrPath}"`;
      return once(name, () => found(client, name, client.get<WireProject>(api`/projects/${idOrPath}`)));
    },
  };
}

/** https://docs.gitlab.com/api/users/#list-users: `username` is an exact filter without regard to case. */
async function userNamed(client: GitLabClient, username: string): Promise<WireUser> {
  const name = username.replace(/^@/, "");
  const { items } = await client.page<WireUser>(api`/users`, { username: name });
  const user = items.find((item) => item.username.toLowerCase() === name.toLowerCase());
  if (user !== undefined) return user;
  throw new GitLabError(`There is no user "${name}" on ${client.baseUrl}.`, {
    kind: "not-found",
    hint: "It is the name in the profile's address, without @; display names are something else.",
  });
}

/** A 404 gets a sentence that names what was looked for; every other error speaks for itself. */
async function found<T>(client: GitLabClient, name: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!isGitLabError(error, "not-found")) throw error;
    const { kind, details, status = 404, method = "GET", url = client.baseUrl, hint, missing } = error;
    // Not GitLab's own words: they say nothing about the name.
    if (missing === undefined) throw error;
    throw new GitLabError(`${client.baseUrl} does not have ${name}, or the token may not see it.`, {
      kind,
      details,
      status,
      method,
      url,
      missing,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function rememberPromises(): <T>(key: string, ask: () => Promise<T>) => Promise<T> {
  const promises = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>) => {
    const pending = promises.get(key) as Promise<T> | undefined;
    if (pending !== undefined) return pending;
    const asked = ask();
    promises.set(key, asked);
    // Only where it still stands: a later question may already have replaced it.
    asked.catch(() => promises.get(key) === asked && promises.delete(key));
    return asked;
  };
}
