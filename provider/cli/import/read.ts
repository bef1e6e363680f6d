import type { GitLabClient } from "../../gitlab/request/client";
import { lookupsFor } from "../../gitlab/reads/lookups";
import { api } from "../../gitlab/request/paths";
import type { WireEnvironment, WireProtectedEnvironment } from "../../gitlab/answer/types";
import {
  collectProject,
  compare,
  inParallel,
  itemsOf,
  listProjects,
  type Readable,
  readable,
} from "../collect";
import type { Progress } from "../progress";
import { approvalList, deployList, type EntryList } from "./entries";

/** What the program is to declare. */
export interface Existing {
  readonly baseUrl: string;
  readonly protections: readonly ExistingProtection[];
  readonly projects: readonly ExistingProject[];
  /** What could not be read, in sentences. */
  readonly missing: readonly string[];
}

export interface ExistingProtection {
  readonly level: "group" | "project";
  readonly container: string;
  readonly name: string;
  readonly deploy: EntryList;
  readonly approvals: EntryList;
  readonly legacyCount: number;
}

export interface ExistingProject {
  readonly path: string;
  readonly environments: readonly WireEnvironment[];
  readonly protections: readonly ExistingProtection[];
}

export interface ImportScope {
  readonly group: string | undefined;
  readonly projects: readonly string[];
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
  const note = (path: string, list: Readable<unknown>, what: string, role: string) => {
    if ("refused" in list)
      missing.push(`the ${what} of ${path} (${list.refused}; they take the role ${role})`);
  };

  const group =
    scope.group === undefined ? undefined : (await lookupsFor(client).group(scope.group)).full_path;
  const ofGroup: Readable<WireProtectedEnvironment> =
    group === undefined
      ? { items: [] }
      : await readable(client, api`/groups/${group}/protected_environments`);
  note(group ?? "", ofGroup, "protected environments", "Owner");

  const listed =
    scope.projects.length > 0 || scope.allProjects
      ? await listProjects(client, { group, projects: scope.projects })
      : [];
  let done = 0;
  const projects = await inParallel(listed, AT_ONCE, async (project): Promise<ExistingProject> => {
    const { path, environments, protections } = await collectProject(client, project);
    note(path, environments, "environments", "Reporter");
    note(path, protections, "protected environments", "Maintainer");
    const wanted = itemsOf(environments).filter(({ name }) => !scope.excluded(name));
    const read = await readProtections(client, "project", path, itemsOf(protections));
    progress.step(`projects read: ${++done} of ${listed.length}`);
    return { path, environments: wanted.toSorted((a, b) => compare(a.name, b.name)), protections: read };
  });
  const protections = await readProtections(client, "group", group ?? "", itemsOf(ofGroup));
  progress.end();
  return { baseUrl: client.baseUrl, protections, projects, missing: missing.sort(compare) };
}

function readProtections(
  client: GitLabClient,
  level: "group" | "project",
  container: string,
  wire: readonly WireProtectedEnvironment[],
): Promise<ExistingProtection[]> {
  const sorted = wire.toSorted((a, b) => compare(a.name, b.name));
  return inParallel(sorted, AT_ONCE, async (each) => ({
    level,
    container,
    name: each.name,
    deploy: await deployList(client, each.deploy_access_levels ?? []),
    approvals: await approvalList(client, each.approval_rules ?? []),
    legacyCount: each.required_approval_count ?? 0,
  }));
}
