import { asRef, canSeeProject, holds, isOpen } from "../model/access";
import type { ProjectRow, UserRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Store } from "../model/store";

/**
 * Without CI/CD or with environments switched off, there are neither environments nor deployments in a project: 403.
 * https://docs.gitlab.com/user/project/settings/#configure-project-features-and-permissions
 */
export function deliveriesOn(project: ProjectRow): boolean {
  return project.ciEnabled && project.environmentsEnabled;
}

/** Reads environments and deployments: reporters, and whoever sees a public or internal project. */
export function mayRead(store: Store, user: UserRow | null, project: ProjectRow): boolean {
  return (
    deliveriesOn(project) &&
    (isOpen(user, project) || holds(store, user, asRef("project", project), Role.Reporter))
  );
}

/** Writes environments and deployments; an archived project refuses it to everyone. */
export function mayWrite(store: Store, user: UserRow | null, project: ProjectRow, level: number): boolean {
  return deliveriesOn(project) && mayWritePipelines(store, user, project, level);
}

/** Pipelines stay where CI/CD is switched off, for those of other systems. */
export function mayWritePipelines(
  store: Store,
  user: UserRow | null,
  project: ProjectRow,
  level: number,
): boolean {
  return !project.archived && holds(store, user, asRef("project", project), level);
}

/** Gets past the door of an endpoint of the project: a living account that may know of it. */
export function mayEnter(store: Store, user: UserRow, project: ProjectRow): boolean {
  return user.state === "active" && canSeeProject(store, user, project);
}
