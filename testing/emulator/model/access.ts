import type { ContainerRef, GroupRow, ProjectRow, UserRow } from "./rows";
import { Role } from "./rows";
import { keyOf } from "./store";
import type { Store } from "./store";
import { ancestry, descendants, groupOf } from "./tree";

export function asRef(kind: ContainerRef["kind"], row: { id: number }): ContainerRef {
  return { kind, id: row.id };
}

/** The user's own membership in exactly this container; 0 if none. */
export function directLevel(store: Store, userId: number, container: ContainerRef): number {
  const member = store.members.where("user", userId).find((row) => keyOf(row.source) === keyOf(container));
  return member === undefined || hasExpired(store, member) ? 0 : member.level;
}

/** Memberships and shares end at the beginning of their last day, in UTC. */
export function hasExpired(store: Store, row: { expiresAt: string | null }): boolean {
  return row.expiresAt !== null && row.expiresAt <= store.now().toISOString().slice(0, 10);
}

/** Membership in the group or any group above it, without groups it is shared with. */
export function inheritedLevel(store: Store, userId: number, group: GroupRow): number {
  return Math.max(...ancestry(store, group).map((each) => directLevel(store, userId, asRef("group", each))));
}

/** The role in a group, its parents' and invited groups' members included. */
export function groupLevel(store: Store, userId: number, group: GroupRow): number {
  return Math.max(
    inheritedLevel(store, userId, group),
    ...ancestry(store, group).map((each) => sharedLevel(store, userId, asRef("group", each))),
  );
}

/** The role in a project, by membership, by its groups or by an invited group. */
export function projectLevel(store: Store, userId: number, project: ProjectRow): number {
  return Math.max(
    directLevel(store, userId, asRef("project", project)),
    groupLevel(store, userId, groupOf(store, project)),
    sharedLevel(store, userId, asRef("project", project)),
  );
}

/** An invited group passes on the smaller of its members' role and the invitation's. */
function sharedLevel(store: Store, userId: number, container: ContainerRef): number {
  const levels = store.shares.where("source", keyOf(container)).map((share) => {
    const invited = store.groups.get(share.groupId);
    return invited === undefined || hasExpired(store, share)
      ? 0
      : Math.min(share.level, inheritedLevel(store, userId, invited));
  });
  return Math.max(0, ...levels);
}

export function levelIn(store: Store, userId: number, container: ContainerRef): number {
  if (container.kind === "group") {
    const group = store.groups.get(container.id);
    return group === undefined ? 0 : groupLevel(store, userId, group);
  }
  const project = store.projects.get(container.id);
  return project === undefined ? 0 : projectLevel(store, userId, project);
}

/** Administrators hold every role everywhere. */
export function holds(store: Store, user: UserRow | null, container: ContainerRef, level: number): boolean {
  return user !== null && (user.admin || levelIn(store, user.id, container) >= level);
}

export function canSeeProject(store: Store, user: UserRow | null, project: ProjectRow): boolean {
  return isOpen(user, project) || holds(store, user, asRef("project", project), Role.Guest);
}

/** Members of anything below a private group see the group, too. */
export function canSeeGroup(store: Store, user: UserRow | null, group: GroupRow): boolean {
  if (isOpen(user, group) || holds(store, user, asRef("group", group), Role.Guest)) return true;
  if (user === null) return false;
  const family = [group, ...descendants(store, group)];
  return (
    family.some((each) => groupLevel(store, user.id, each) > 0) ||
    family.some((each) =>
      store.projects.where("group", each.id).some((project) => projectLevel(store, user.id, project) > 0),
    )
  );
}

export function isOpen(user: UserRow | null, row: ProjectRow | GroupRow): boolean {
  return row.visibility === "public" || (row.visibility === "internal" && user !== null);
}
