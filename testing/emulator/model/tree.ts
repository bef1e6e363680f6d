import type { ContainerRef, GroupRow, ProjectRow } from "./rows";
import type { Store } from "./store";

export function groupPath(store: Store, group: GroupRow): string {
  return ancestry(store, group)
    .map((each) => each.path)
    .reverse()
    .join("/");
}

export function groupFullName(store: Store, group: GroupRow): string {
  return ancestry(store, group)
    .map((each) => each.name)
    .reverse()
    .join(" / ");
}

export function projectPath(store: Store, project: ProjectRow): string {
  return `${groupPath(store, groupOf(store, project))}/${project.path}`;
}

/** The full path, or kind and id of what is no more. */
export function containerPath(store: Store, { kind, id }: ContainerRef): string {
  const group = kind === "group" ? store.groups.get(id) : undefined;
  if (group !== undefined) return groupPath(store, group);
  const project = kind === "project" ? store.projects.get(id) : undefined;
  return project === undefined ? `${kind} ${id}` : projectPath(store, project);
}

export function groupOf(store: Store, project: ProjectRow): GroupRow {
  const group = store.groups.get(project.groupId);
  if (group === undefined) throw new Error(`project ${project.id} has no group`);
  return group;
}

/** The group itself, its parent, and so on up to the top. */
export function ancestry(store: Store, group: GroupRow): GroupRow[] {
  const parent = group.parentId === null ? undefined : store.groups.get(group.parentId);
  return parent === undefined ? [group] : [group, ...ancestry(store, parent)];
}

/** Every group below, at any depth, not itself. */
export function descendants(store: Store, group: GroupRow): GroupRow[] {
  return store.groups.where("parent", group.id).flatMap((child) => [child, ...descendants(store, child)]);
}

export function isWithin(store: Store, group: GroupRow, top: GroupRow): boolean {
  return ancestry(store, group).some((each) => each.id === top.id);
}

/** Digits are an id, anything else a full path; upper and lower case are the same. */
export function findGroup(store: Store, reference: string | number): GroupRow | undefined {
  if (/^\d+$/.test(String(reference))) return store.groups.get(Number(reference));
  let group: GroupRow | undefined;
  for (const path of String(reference).toLowerCase().split("/")) {
    group = store.groups.find("place", `${group?.id ?? 0}/${path}`);
    if (group === undefined) return undefined;
  }
  return group;
}

/** Digits are an id; a path needs its slash: a project's bare name is never found. */
export function findProject(store: Store, reference: string | number): ProjectRow | undefined {
  const text = String(reference);
  if (/^\d+$/.test(text)) return store.projects.get(Number(text));
  const slash = text.lastIndexOf("/");
  const group = slash > 0 ? findGroup(store, text.slice(0, slash)) : undefined;
  return group && store.projects.find("place", `${group.id}/${text.slice(slash + 1).toLowerCase()}`);
}
