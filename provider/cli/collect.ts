import type { WireEnvironment, WireProject, WireProtectedEnvironment } from "../gitlab/answer/types";
import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import type { Readable } from "../effective/facts";
import { readable } from "../effective/projects";

export { compare, itemsOf, type Readable } from "../effective/facts";
export { inParallel } from "../effective/inParallel";
export { listProjects, readable } from "../effective/projects";

/** A project's environments and rules as GitLab shows them. */
export interface CollectedProject {
  readonly path: string;
  readonly environments: Readable<WireEnvironment>;
  readonly protections: Readable<WireProtectedEnvironment>;
}

export async function collectProject(client: GitLabClient, project: WireProject): Promise<CollectedProject> {
  const path = project.path_with_namespace;
  if (project.environments_access_level === "disabled")
    return { path, environments: { items: [] }, protections: { items: [] } };
  const [environments, protections] = await Promise.all([
    readable<WireEnvironment>(client, api`/projects/${project.id}/environments`),
    readable<WireProtectedEnvironment>(client, api`/projects/${project.id}/protected_environments`),
  ]);
  return { path, environments, protections };
}
