import { inheritedLevel, projectLevel } from "../model/access";
import type { ContainerRef } from "../model/rows";
import { Role } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { isWithin } from "../model/tree";
import type { Element } from "./nestedAttributes";

/**
 * GitLab drops an element whose user or group does not qualify, and says nothing.
 * Elements that destroy are not looked at, so that a departed user's entry can be removed.
 */
export function qualified(store: Store, container: ContainerRef, elements: readonly Element[]): Element[] {
  return elements.filter(
    (element) =>
      element._destroy === true ||
      ((element.user_id == null || userQualifies(store, container, element.user_id)) &&
        (element.group_id == null || groupQualifies(store, container, element.group_id))),
  );
}

/** In a group: a maintainer or owner of it or of a group above. In a project: a developer by any way. */
function userQualifies(store: Store, container: ContainerRef, userId: number): boolean {
  if (store.users.get(userId) === undefined) return false;
  if (container.kind === "group") {
    const group = store.groups.get(container.id);
    return group !== undefined && inheritedLevel(store, userId, group) >= Role.Maintainer;
  }
  const project = store.projects.get(container.id);
  return project !== undefined && projectLevel(store, userId, project) >= Role.Developer;
}

/** In a group: itself, a group below, or one it is shared with. In a project: only a group invited to it. */
function groupQualifies(store: Store, container: ContainerRef, groupId: number): boolean {
  const group = store.groups.get(groupId);
  if (group === undefined) return false;
  const invited = store.shares.where("source", keyOf(container)).some((share) => share.groupId === groupId);
  if (container.kind === "project") return invited;
  const owner = store.groups.get(container.id);
  return (
    (owner !== undefined && isWithin(store, group, owner)) || (invited && store.switches.sharedGroupsQualify)
  );
}

/** Whether the user is still anything in the container: entries of those who left are deleted. */
export function isMember(store: Store, container: ContainerRef, userId: number): boolean {
  const group = container.kind === "group" ? store.groups.get(container.id) : undefined;
  const project = container.kind === "project" ? store.projects.get(container.id) : undefined;
  if (group) return inheritedLevel(store, userId, group) > 0;
  return project !== undefined && projectLevel(store, userId, project) > 0;
}
