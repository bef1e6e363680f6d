import type { GitLabClient, Query } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import { type ApiPath, api } from "../gitlab/request/paths";
import type { WireEnvironment, WireProject, WireProtectedEnvironment } from "../gitlab/answer/types";
import type { Progress } from "./progress";

/** What was asked for: a group with all that is below it, single projects, or both. */
export interface Scope {
  readonly group: string | undefined;
  /** Only these; without them all projects below the group. */
  readonly projects: readonly string[];
}

/** A list, or why it cannot be read. */
export type Readable<T> = { readonly items: readonly T[] } | { readonly refused: string };

/** What could be read of it. */
export function itemsOf<T>(list: Readable<T>): readonly T[] {
  return "items" in list ? list.items : [];
}

export interface CollectedProject {
  readonly id: number;
  readonly path: string;
  readonly environments: Readable<WireEnvironment>;
  readonly protections: Readable<WireProtectedEnvironment>;
  /** Whether who started a deployment may approve it; undefined where this GitLab does not say. */
  readonly selfApproval: boolean | undefined;
}

export interface Collected {
  readonly projects: readonly CollectedProject[];
  /** By full path; every group above a project, and the group asked for. */
  readonly groups: ReadonlyMap<string, Readable<WireProtectedEnvironment>>;
}

interface ListedProject extends WireProject {
  environments_access_level?: string;
  allow_pipeline_trigger_approve_deployment?: boolean;
}

/** How many projects are read side by side; the client bounds the requests in flight. */
const PROJECTS_AT_ONCE = 8;

/** Reads environments and protections: a page or more per project and list, one list per group. */
export async function collect(client: GitLabClient, scope: Scope, progress: Progress): Promise<Collected> {
  // First of all: where the group cannot be seen, this says so by name.
  const roots = scope.group === undefined ? [] : [(await lookupsFor(client).group(scope.group)).full_path];
  const listed = await listProjects(client, scope);
  const paths = [...new Set([...roots.flatMap(withAncestors), ...listed.flatMap(groupsAbove)])].sort();

  let done = 0;
  const groups = await inParallel(paths, PROJECTS_AT_ONCE, async (path) => {
    const rules = await readable<WireProtectedEnvironment>(
      client,
      api`/groups/${path}/protected_environments`,
    );
    return [path, rules] as const;
  });
  const projects = await inParallel(listed, PROJECTS_AT_ONCE, async (project) => {
    const collected = await collectProject(client, project);
    progress.step(`projects read: ${++done} of ${listed.length}`);
    return collected;
  });
  progress.end();
  return { projects, groups: new Map(groups) };
}

/** All projects below the group, or the ones named. */
export async function listProjects(client: GitLabClient, scope: Scope): Promise<ListedProject[]> {
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
  return byPath(await client.list<ListedProject>(api`/groups/${scope.group ?? ""}/projects`, query));
}

function byPath(projects: ListedProject[]): ListedProject[] {
  return projects.sort((a, b) => compare(a.path_with_namespace, b.path_with_namespace));
}

export async function collectProject(
  client: GitLabClient,
  project: ListedProject,
): Promise<CollectedProject> {
  const off = project.environments_access_level === "disabled";
  const [environments, protections] = off
    ? [{ items: [] }, { items: [] }]
    : await Promise.all([
        readable<WireEnvironment>(client, api`/projects/${project.id}/environments`),
        readable<WireProtectedEnvironment>(client, api`/projects/${project.id}/protected_environments`),
      ]);
  return {
    id: project.id,
    path: project.path_with_namespace,
    environments,
    protections,
    selfApproval: project.allow_pipeline_trigger_approve_deployment,
  };
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

/** `acme/eu` → `acme`, `acme/eu`. */
export function withAncestors(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** Full paths of the groups above a project; a user's own space has none. */
function groupsAbove(project: ListedProject): string[] {
  if (project.namespace?.kind === "user") return [];
  return withAncestors(project.path_with_namespace).slice(0, -1);
}

/** Same order everywhere, whatever the machine's language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs `act` for every item, so many at once; the first failure ends it. Results come in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await act(items[i] as T);
  };
  const stop = (error: unknown) => {
    next = items.length;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, () => worker().catch(stop)));
  return results;
}
