import { compare, itemsOf, type Readable } from "../../effective/facts";
import { inParallel } from "../../effective/inParallel";
import { listProjects, readable, readProject, type Scope } from "../../effective/projects";
import type { WireEnvironment, WireGroup, WireProtectedEnvironment } from "../../gitlab/answer/types";
import { lookupsFor } from "../../gitlab/reads/lookups";
import type { GitLabClient } from "../../gitlab/request/client";
import { api, type Level } from "../../gitlab/request/paths";
import { TIERS } from "../../lifecycle/environment/tiers";
import type { Progress } from "../progress";
import { approvalList, deployList, type EntryList } from "./entries";
import { isEnvironmentName, undeclarable } from "./environments";

/** What the program is to declare. */
export interface Existing {
  readonly baseUrl: string;
  /** Of the group and of those below it, outer ones first. */
  readonly protections: readonly ExistingProtection[];
  readonly projects: readonly ExistingProject[];
  /** What could not be read, or cannot be declared, in sentences. */
  readonly missing: readonly string[];
  /** How many environments were left out as asked for. */
  readonly excluded: number;
}

export interface ExistingProtection {
  readonly level: Level;
  readonly container: string;
  readonly name: string;
  readonly deploy: EntryList;
  readonly approvals: EntryList;
  /** Why no program can declare it as it is, in sentences: somebody has to decide. */
  readonly differences: readonly string[];
}

export interface ExistingProject {
  readonly path: string;
  readonly environments: readonly WireEnvironment[];
  readonly protections: readonly ExistingProtection[];
}

export interface ImportScope extends Scope {
  readonly allProjects: boolean;
  /** Whether to leave out an environment of that name. */
  readonly excluded: (name: string) => boolean;
}

const AT_ONCE = 8;

export async function readExisting(
  client: GitLabClient,
  scope: ImportScope,
  progress: Progress,
): Promise<Existing> {
  const missing: string[] = [];
  const groups = scope.group === undefined ? [] : await groupsBelow(client, scope.group, missing);
  const ofGroups = await inParallel(groups, AT_ONCE, async (path) => {
    const list = await readable<WireProtectedEnvironment>(
      client,
      api`/groups/${path}/protected_environments`,
    );
    return protectionsOf(client, "group", path, list, missing);
  });
  const listed =
    scope.projects.length > 0 || scope.allProjects
      ? await listProjects(client, { group: groups[0], projects: scope.projects })
      : [];

  let done = 0;
  let excluded = 0;
  const projects = await inParallel(listed, AT_ONCE, async (project): Promise<ExistingProject> => {
    const read = await readProject(client, project);
    const path = project.path_with_namespace;
    if (project.environments_access_level === "disabled")
      missing.push(`the environments of ${path} (switched off in its settings)`);
    const rows = rowsOf(read.environments, path, "environments", "Reporter", missing);
    const wanted = rows.filter(({ name }) => !scope.excluded(name));
    excluded += rows.length - wanted.length;
    const environments = declarable(wanted, path, missing).sort((a, b) => compare(a.name, b.name));
    const protections = await protectionsOf(client, "project", path, read.protections, missing);
    progress.step(`projects read: ${++done} of ${listed.length}`);
    return { path, environments, protections };
  });
  progress.end();
  return {
    baseUrl: client.baseUrl,
    protections: ofGroups.flat(),
    projects,
    missing: missing.sort(compare),
    excluded,
  };
}

/** The group and all below it, by path. */
async function groupsBelow(client: GitLabClient, asked: string, missing: string[]): Promise<string[]> {
  const { full_path: path } = await lookupsFor(client).group(asked);
  const list = await readable<WireGroup>(client, api`/groups/${path}/descendant_groups`);
  if ("refused" in list) missing.push(`the groups below ${path} (${list.refused})`);
  return [
    path,
    ...itemsOf(list)
      .map(({ full_path }) => full_path)
      .sort(compare),
  ];
}

function rowsOf<T>(
  list: Readable<T>,
  path: string,
  what: string,
  role: string,
  missing: string[],
): readonly T[] {
  if ("refused" in list) missing.push(`the ${what} of ${path} (${list.refused}; they take the role ${role})`);
  return itemsOf(list);
}

function declarable(rows: readonly WireEnvironment[], path: string, missing: string[]): WireEnvironment[] {
  return rows.filter((row) => {
    const reason = undeclarable(row);
    if (reason !== undefined) missing.push(`the environment “${row.name}” of ${path} (${reason})`);
    return reason === undefined;
  });
}

async function protectionsOf(
  client: GitLabClient,
  level: Level,
  container: string,
  list: Readable<WireProtectedEnvironment>,
  missing: string[],
): Promise<ExistingProtection[]> {
  const role = level === "group" ? "Owner" : "Maintainer";
  const rows = rowsOf(list, container, "protected environments", role, missing);
  const sorted = rows.toSorted((a, b) => compare(a.name, b.name));
  return inParallel(sorted, AT_ONCE, async (row) => {
    const deploy = await deployList(client, row.deploy_access_levels);
    const approvals = await approvalList(client, row.approval_rules ?? []);
    const differences = [
      ...ofName(level, row.name),
      ...ofCount(row),
      ...deploy.differences,
      ...approvals.differences,
    ];
    return { level, container, name: row.name, deploy, approvals, differences };
  });
}

function ofName(level: Level, name: string): string[] {
  if (level === "group")
    return TIERS.some((tier) => tier === name)
      ? []
      : ["It protects something that is no tier, so it protects nothing"];
  return isEnvironmentName(name) ? [] : ["No environment can have this name, so it protects nothing"];
}

/** Where there are rules, GitLab does not look at the count. */
function ofCount({
  required_approval_count: count,
  approval_rules: rules,
}: WireProtectedEnvironment): string[] {
  if (!count || (rules ?? []).length > 0) return [];
  return [
    `GitLab asks for ${count} ${count === 1 ? "approval" : "approvals"} in the old way, which cannot be declared and which the first change erases: say who approves, as approvalRules`,
  ];
}
