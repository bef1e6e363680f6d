import type {
  WireAccessEntry,
  WireEnvironment,
  WireGroup,
  WireProject,
  WireProtectedEnvironment,
  WireShare,
} from "../gitlab/answer/types";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import type { Tier } from "../lifecycle/environment/tiers";
import {
  type EnvironmentFacts,
  type Facts,
  type GroupFacts,
  itemsOf,
  type ProjectFacts,
  type Readable,
  withAncestors,
} from "./facts";
import { inParallel } from "./inParallel";
import { listProjects, optional, readable, type ReadProject, readProject, type Scope } from "./projects";
import { groupMembers, projectMembers, Roster } from "./roster";
import { entriesOf, type Names, ruleSetsOf } from "./ruleSets";

export interface Request {
  readonly scope: Scope;
  /** Told what has been read so far. */
  readonly step: (text: string) => void;
  readonly now: Date;
  /** Members of every group below, named in a rule or not: what a later change may name. */
  readonly everyGroup?: boolean;
}

/** How many lists are asked for side by side; the client bounds the requests in flight. */
const AT_ONCE = 16;

/** A group above a project, as far as it can be seen. */
interface Container {
  readonly path: string;
  readonly group: WireGroup | undefined;
  readonly protections: Readable<WireProtectedEnvironment>;
}

/**
 * Reads what decides who can deploy and approve: three lists for a project (environments, protections, members), two or
 * three for a group, one request for a user that a rule names.
 */
export async function collectFacts(
  client: GitLabClient,
  { scope, step, now, everyGroup }: Request,
): Promise<Facts> {
  // First of all: where the group cannot be seen, this says so by name.
  const root = scope.group === undefined ? undefined : await lookupsFor(client).group(scope.group);
  const listed = await listProjects(client, scope);
  const below = root === undefined ? [] : await descendants(client, root, listed, everyGroup === true);
  const roster = new Roster(client);
  const containers = await readContainers(client, root, below, listed);
  let done = 0;
  const projects = await inParallel(listed, AT_ONCE, async (project) => {
    const read = await readProject(client, project);
    const members =
      itemsOf(read.environments).length > 0 ? await roster.members(projectMembers(project.id)) : undefined;
    step(`projects read: ${++done} of ${listed.length}`);
    return { ...read, members };
  });
  const named = [...containers, ...projects].flatMap(({ protections }) => entriesOf(itemsOf(protections)));
  const users = new Set(named.flatMap(({ user_id }) => user_id ?? []));
  await inParallel([...users], AT_ONCE, (id) => roster.user(id));

  const paths = await groupPaths(client, containers, below, listed, named);
  const every = everyGroup === true ? [...paths.keys()] : [];
  const names: Names = {
    user: (id) => roster.people.get(id)?.username ?? `user ${id}`,
    group: (id) => paths.get(id) ?? described(named, id) ?? `group ${id}`,
  };
  const rulesOf = ({ path, protections }: Container) => ruleSetsOf(protections, "group", path, names);
  const groups = await readGroups(roster, containers, paths, named, every, rulesOf, step);
  return {
    baseUrl: client.baseUrl,
    scope:
      scope.projects.length > 0
        ? listed.map((each) => each.path_with_namespace).join(", ")
        : (root?.full_path ?? ""),
    readAt: now,
    people: roster.people,
    projects: projects.map((read) => projectFacts(read, names)),
    groups: new Map(groups.map((group) => [group.id, group])),
  };
}

function projectFacts(
  { listed, environments, protections, members }: ReadProject & Pick<ProjectFacts, "members">,
  names: Names,
): ProjectFacts {
  return {
    id: listed.id,
    path: listed.path_with_namespace,
    environments: environmentsOf(environments),
    rules: ruleSetsOf(protections, "project", listed.path_with_namespace, names),
    members,
    selfApproval: listed.allow_pipeline_trigger_approve_deployment ?? undefined,
    open: listed.visibility === "public" || listed.visibility === "internal",
  };
}

/** Ids and paths of the groups below in pages of a hundred; nothing where there is nothing below. */
async function descendants(
  client: GitLabClient,
  root: WireGroup,
  listed: readonly WireProject[],
  everyGroup: boolean,
): Promise<WireGroup[]> {
  const deep = listed.some((project) => parentOf(project.path_with_namespace) !== root.full_path);
  if (!deep && !everyGroup) return [];
  return client.list<WireGroup>(api`/groups/${root.id}/descendant_groups`, { order_by: "id", sort: "asc" });
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

async function readContainers(
  client: GitLabClient,
  root: WireGroup | undefined,
  below: readonly WireGroup[],
  listed: readonly WireProject[],
): Promise<Container[]> {
  const known = new Map(
    [...below, ...(root === undefined ? [] : [root])].map((group) => [group.full_path, group]),
  );
  // A user's own space is no group.
  const homes = listed
    .filter((project) => project.namespace?.kind !== "user")
    .map((project) => parentOf(project.path_with_namespace));
  const paths = [
    ...new Set([...homes, ...(root === undefined ? [] : [root.full_path])].flatMap(withAncestors)),
  ].sort();
  return inParallel(paths, AT_ONCE, async (path) => {
    const [group, protections] = await Promise.all([
      known.get(path) ?? optional(lookupsFor(client).group(path)),
      readable<WireProtectedEnvironment>(client, api`/groups/${path}/protected_environments`),
    ]);
    return { path, group, protections };
  });
}

function environmentsOf(list: Readable<WireEnvironment>): Readable<EnvironmentFacts> {
  if ("refused" in list) return list;
  return {
    items: list.items.map(({ name, tier, state, external_url: url }) => ({
      name,
      tier: tier as Tier,
      state,
      url: url ?? undefined,
    })),
  };
}

/**
 * Full paths of groups by id. A private group that is invited somewhere is named by whoever it is invited to, also for a
 * token that may not see it.
 */
async function groupPaths(
  client: GitLabClient,
  containers: readonly Container[],
  below: readonly WireGroup[],
  projects: readonly WireProject[],
  named: readonly WireAccessEntry[],
): Promise<Map<number, string>> {
  const paths = new Map<number, string>();
  const learn = (shares: readonly WireShare[] | null | undefined) => {
    for (const share of shares ?? []) paths.set(share.group_id, String(share.group_full_path));
  };
  for (const project of projects) learn(project.shared_with_groups);
  for (const group of [...below, ...containers.flatMap((each) => each.group ?? [])]) {
    paths.set(group.id, group.full_path);
    learn(group.shared_with_groups);
  }
  const unknown = new Set(named.flatMap(({ group_id: id }) => (id == null || paths.has(id) ? [] : [id])));
  await inParallel([...unknown], AT_ONCE, async (id) => {
    const group = await optional(lookupsFor(client).group(id));
    if (group !== undefined) paths.set(id, group.full_path);
  });
  if ([...unknown].some((id) => !paths.has(id))) {
    // Lists of groups do not say whom each is shared with.
    await inParallel([...containers], AT_ONCE, async ({ group }) => {
      const whole = group && (await optional(lookupsFor(client).group(group.id)));
      learn(whole?.shared_with_groups);
    });
  }
  return paths;
}

/** GitLab's own word for the entry: the group's display name. */
function described(named: readonly WireAccessEntry[], id: number): string | undefined {
  const name = named.find((entry) => entry.group_id === id)?.access_level_description;
  return typeof name === "string" && name !== "" ? `“${name}” (private)` : undefined;
}

/** Who has which role in a group is asked for where one of its rules names a role. */
function withRoleRules(containers: readonly Container[]): Set<number> {
  const namesRole = (protections: Container["protections"]): boolean =>
    entriesOf(itemsOf(protections)).some((entry) => entry.group_id == null && entry.user_id == null);
  return new Set(
    containers.flatMap(({ group, protections }) => (group && namesRole(protections) ? [group.id] : [])),
  );
}

async function readGroups(
  roster: Roster,
  containers: readonly Container[],
  paths: ReadonlyMap<number, string>,
  named: readonly WireAccessEntry[],
  every: readonly number[],
  rulesOf: (container: Container) => GroupFacts["rules"],
  step: Request["step"],
): Promise<GroupFacts[]> {
  const byRole = withRoleRules(containers);
  const ofEntries = (inherited: boolean) =>
    new Set(
      named.flatMap((entry) =>
        (entry.group_inheritance_type === 1) === inherited ? (entry.group_id ?? []) : [],
      ),
    );
  const [inherited, direct, asked] = [ofEntries(true), ofEntries(false), new Set(every)];
  // A group that cannot be seen has no id; its rules may still be known to exist.
  const hidden = containers.filter(({ group }) => group === undefined);
  const ids = new Set([
    ...containers.flatMap(({ group }) => group?.id ?? []),
    ...inherited,
    ...direct,
    ...asked,
  ]);
  let done = 0;
  const rules = new Map(containers.map((each) => [each.group?.id, rulesOf(each)]));
  const seen = await inParallel([...ids], AT_ONCE, async (id): Promise<GroupFacts> => {
    const [own, all] = await Promise.all([
      direct.has(id) || asked.has(id) ? roster.members(groupMembers(id, false)) : undefined,
      inherited.has(id) || byRole.has(id) || asked.has(id)
        ? roster.members(groupMembers(id, true))
        : undefined,
    ]);
    if (direct.has(id)) await roster.tellBots(own);
    if (inherited.has(id)) await roster.tellBots(all);
    step(`groups read: ${++done} of ${ids.size}`);
    return { id, path: paths.get(id), rules: rules.get(id), direct: own, all };
  });
  return [
    ...seen,
    ...hidden.map((each, i) => ({
      id: -1 - i,
      path: each.path,
      rules: rulesOf(each),
      direct: undefined,
      all: undefined,
    })),
  ];
}
