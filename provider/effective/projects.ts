import { isGitLabError, unless } from "../gitlab/answer/errors";
import type { WireEnvironment, WireProject, WireProtectedEnvironment } from "../gitlab/answer/types";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient, Query } from "../gitlab/request/client";
import { type ApiPath, api } from "../gitlab/request/paths";
import { compare, type Readable } from "./facts";

/** What was asked for: a group with all that is below it, single projects, or both. */
export interface Scope {
  readonly group: string | undefined;
  /** Only these; without them all projects below the group. */
  readonly projects: readonly string[];
}

export async function listProjects(client: GitLabClient, scope: Scope): Promise<WireProject[]> {
  if (scope.projects.length > 0) {
    const found = await Promise.all(scope.projects.map((path) => lookupsFor(client).project(path)));
    return byPath([...new Map(found.map((project) => [project.id, project])).values()]);
  }
  const query: Query = {
    include_subgroups: true,
    with_shared: false,
    archived: false,
    order_by: "id",
    sort: "asc",
  };
  return byPath(await client.list<WireProject>(api`/groups/${scope.group ?? ""}/projects`, query));
}

function byPath(projects: WireProject[]): WireProject[] {
  return projects.sort((a, b) => compare(a.path_with_namespace, b.path_with_namespace));
}

/** A right that is missing in one place must not hide the rest; anything else that goes wrong ends the run. */
export async function readable<T>(client: GitLabClient, path: ApiPath): Promise<Readable<T>> {
  try {
    return { items: await client.list<T>(path) };
  } catch (error) {
    if (!isGitLabError(error, "forbidden", "not-found")) throw error;
    return { refused: `GitLab answered ${error.status ?? "no"}` };
  }
}

/** A project's environments and rules as GitLab shows them. */
export interface ReadProject {
  readonly listed: WireProject;
  readonly environments: Readable<WireEnvironment>;
  readonly protections: Readable<WireProtectedEnvironment>;
}

export async function readProject(client: GitLabClient, listed: WireProject): Promise<ReadProject> {
  // GitLab refuses both lists then, and there is nothing to deploy to.
  if (listed.environments_access_level === "disabled")
    return { listed, environments: { items: [] }, protections: { items: [] } };
  const [environments, protections] = await Promise.all([
    readable<WireEnvironment>(client, api`/projects/${listed.id}/environments`),
    readable<WireProtectedEnvironment>(client, api`/projects/${listed.id}/protected_environments`),
  ]);
  return { listed, environments, protections };
}

/** What this token may not see is unknown, not an error. */
export function optional<T>(request: Promise<T>): Promise<T | undefined> {
  return unless(request, "forbidden", "not-found");
}
