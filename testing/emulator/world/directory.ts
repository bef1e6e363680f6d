import { asRef } from "../model/access";
import type { ContainerRef, GroupRow, MemberRow, ProjectRow, UserRow, Visibility } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { descendants, findGroup, findProject, groupOf, groupPath, projectPath } from "../model/tree";
import { isMember } from "../rules/qualification";
import { shas, split, title } from "./spelling";

export const roles = {
  guest: 10,
  planner: 15,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
} as const;
export type RoleName = keyof typeof roles;

/** A group or project by its full path; or by kind and id. */
export type Place = string | ContainerRef;
/** A project by its full path or id. */
export type ProjectPlace = string | number;

export interface NewUser {
  readonly username: string;
  readonly id?: number;
  /** Display name; made of the user name if left out. */
  readonly name?: string;
  readonly admin?: boolean;
  readonly bot?: boolean;
  readonly state?: "active" | "blocked";
}

export interface NewGroup {
  /** Full path; the groups above must exist. */
  readonly path: string;
  readonly id?: number;
  readonly name?: string;
  readonly visibility?: Visibility;
}

type ProjectSettings = Pick<
  ProjectRow,
  | "archived"
  | "ciEnabled"
  | "environmentsEnabled"
  | "ciConfig"
  | "publicPipelines"
  | "selfApproval"
  | "variablesRole"
  | "protectedRefs"
>;

/**
 * Left out are: a private project with CI/CD and environments on and a CI configuration, in which nobody approves their own deployment
 * and Developers may set variables.
 */
export interface NewProject extends Partial<ProjectSettings> {
  /** Full path; the group must exist. */
  readonly path: string;
  readonly id?: number;
  readonly name?: string;
  readonly visibility?: Visibility;
  readonly defaultBranch?: string;
  /** Names; each gets a commit of its own. Default: the default branch. */
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
}

/** Back doors to people and places: things the delivery API cannot do but a GitLab lives through. */
export class Directory {
  constructor(readonly store: Store) {}

  user(username: string): UserRow {
    return known(this.store.users.find("username", username.toLowerCase()), `user ${username}`);
  }

  group(path: string): GroupRow {
    return known(findGroup(this.store, path), `group ${path}`);
  }

  project(place: ProjectPlace): ProjectRow {
    return known(findProject(this.store, place), `project ${place}`);
  }

  place(place: Place): ContainerRef {
    if (typeof place !== "string") return place;
    const group = findGroup(this.store, place);
    return group ? asRef("group", group) : asRef("project", this.project(place));
  }

  addUser(user: NewUser): UserRow {
    return this.store.users.insert({
      id: user.id,
      username: user.username,
      name: user.name ?? title(user.username),
      email: `${user.username}@example.com`,
      state: user.state ?? "active",
      admin: user.admin ?? false,
      bot: user.bot ?? false,
      createdAt: this.store.now(),
    });
  }

  /** `name` is the display name, which access level descriptions follow. */
  renameUser(username: string, to: { name?: string; username?: string }): void {
    const user = this.user(username);
    Object.assign(user, to);
    this.store.users.reindex(user);
  }

  /** A blocked user gets in nowhere, whatever their roles are; the entries that name them stay. */
  blockUser(username: string, blocked = true): void {
    this.user(username).state = blocked ? "blocked" : "active";
  }

  /** Access entries that name the user go with them, and nothing is validated. */
  deleteUser(username: string): void {
    const user = this.user(username);
    for (const row of [...this.store.members.where("user", user.id)]) this.store.members.remove(row);
    this.store.users.remove(user);
    this.#dropEntries((entry) => entry.userId === user.id, true);
  }

  addGroup(group: NewGroup): GroupRow {
    const { parent, last } = split(group.path);
    return this.store.groups.insert({
      id: group.id,
      parentId: parent === "" ? null : this.group(parent).id,
      path: last,
      name: group.name ?? title(last),
      description: "",
      visibility: group.visibility ?? "private",
      createdAt: this.store.now(),
    });
  }

  /**
   * A changed path moves every project below; their old paths redirect. The group's own old path does not: it is 404,
   * as are those of the groups below.
   */
  renameGroup(path: string, to: { name?: string; path?: string }): void {
    this.#changeGroup(this.group(path), to);
  }

  /** Renames or transfers a group with everything below: `transferGroup("acme/qa", "globex/testers")`. */
  transferGroup(path: string, to: string): void {
    const { parent, last } = split(to);
    const parentId = parent === "" ? null : this.group(parent).id;
    this.#changeGroup(this.group(path), { parentId, path: last });
  }

  #changeGroup(group: GroupRow, to: Partial<GroupRow>): void {
    const homes = [group, ...descendants(this.store, group)];
    const projects = homes.flatMap((home) => this.store.projects.where("group", home.id));
    const before = projects.map((project) => projectPath(this.store, project));
    Object.assign(group, to);
    this.store.groups.reindex(group);
    projects.forEach((project, i) => this.#redirect(before[i] ?? "", project));
  }

  /** Leaves its projects and subgroups alone: for groups that only serve as a subject of rules. */
  deleteGroup(path: string): void {
    const group = this.group(path);
    for (const share of [...this.store.shares.where("group", group.id)]) this.store.shares.remove(share);
    this.store.groups.remove(group);
    this.#dropEntries((entry) => entry.groupId === group.id, true);
  }

  addProject(project: NewProject): ProjectRow {
    const { parent, last } = split(project.path);
    const defaultBranch = project.defaultBranch ?? "main";
    const branches = shas(project.path, project.branches ?? [defaultBranch]);
    const tags = shas(project.path, project.tags ?? []);
    return this.store.projects.insert({
      id: project.id,
      groupId: this.group(parent).id,
      path: last,
      name: project.name ?? title(last),
      description: "",
      visibility: project.visibility ?? "private",
      defaultBranch,
      archived: project.archived ?? false,
      ciEnabled: project.ciEnabled ?? true,
      environmentsEnabled: project.environmentsEnabled ?? true,
      ciConfig: project.ciConfig ?? true,
      publicPipelines: project.publicPipelines ?? true,
      selfApproval: project.selfApproval ?? false,
      variablesRole: project.variablesRole ?? roles.developer,
      protectedRefs: project.protectedRefs ?? [],
      branches,
      tags,
      commits: new Set([...branches.values(), ...tags.values()]),
      jobTokenAllowlist: new Map(),
      outcome: { status: "success", readsPerStep: 1 },
      createdAt: this.store.now(),
    });
  }

  /** Renames or transfers a project. Its old path answers 301 to GET and 405 to everything else. */
  moveProject(place: ProjectPlace, to: string): void {
    const project = this.project(place);
    const before = projectPath(this.store, project);
    const { parent, last } = split(to);
    Object.assign(project, { groupId: this.group(parent).id, path: last });
    this.store.projects.reindex(project);
    this.#redirect(before, project);
  }

  /** Archived: readable, and 403 to every write of environments, deployments and pipelines. */
  archiveProject(place: ProjectPlace, archived = true): void {
    this.project(place).archived = archived;
  }

  /** `ci`: pipelines, and with them environments and protections. `environments`: environments and deployments only. */
  switchOff(place: ProjectPlace, ...features: ("ci" | "environments")[]): void {
    const project = this.project(place);
    if (features.includes("ci")) project.ciEnabled = false;
    if (features.includes("environments")) project.environmentsEnabled = false;
  }

  deleteProject(place: ProjectPlace): void {
    this.store.projects.remove(this.project(place));
  }

  /** `expiresAt` is a date such as `2030-01-31`: from that day on the membership counts for nothing. */
  addMember(place: Place, username: string, role: RoleName, expiresAt: string | null = null): MemberRow {
    return this.store.members.insert({
      source: this.place(place),
      userId: this.user(username).id,
      level: roles[role],
      createdAt: this.store.now(),
      expiresAt,
    });
  }

  /** The deploy levels that name the user go, too, where nothing of their membership is left. */
  removeMember(place: Place, username: string): void {
    const source = this.place(place);
    const user = this.user(username);
    for (const row of [...this.store.members.where("user", user.id)]) {
      if (keyOf(row.source) === keyOf(source)) this.store.members.remove(row);
    }
    this.#dropEntries(
      (entry, container) => entry.userId === user.id && !isMember(this.store, container, user.id),
      false,
    );
  }

  /** https://docs.gitlab.com/user/project/members/sharing_projects_groups/ */
  shareGroup(group: string, withGroup: string, role: RoleName, expiresAt: string | null = null): void {
    this.#share(asRef("group", this.group(group)), withGroup, role, expiresAt);
  }

  inviteGroup(project: ProjectPlace, group: string, role: RoleName, expiresAt: string | null = null): void {
    this.#share(asRef("project", this.project(project)), group, role, expiresAt);
  }

  /** Ends an invitation or a share. */
  uninviteGroup(place: Place, group: string): void {
    const source = keyOf(this.place(place));
    const { id } = this.group(group);
    for (const share of [...this.store.shares.where("group", id)]) {
      if (keyOf(share.source) === source) this.store.shares.remove(share);
    }
  }

  #share(source: ContainerRef, group: string, role: RoleName, expiresAt: string | null): void {
    this.store.shares.insert({ source, groupId: this.group(group).id, level: roles[role], expiresAt });
  }

  #redirect(from: string, project: ProjectRow): void {
    if (from !== projectPath(this.store, project)) this.store.formerPaths.set(from.toLowerCase(), project.id);
  }

  #dropEntries(
    gone: (entry: { userId: number | null; groupId: number | null }, container: ContainerRef) => boolean,
    rulesToo: boolean,
  ): void {
    for (const row of this.store.protections.all()) {
      row.levels = row.levels.filter((entry) => !gone(entry, row.container));
      if (rulesToo) row.rules = row.rules.filter((entry) => !gone(entry, row.container));
    }
  }

  /** The full path of a row. */
  pathOf(row: GroupRow | ProjectRow): string {
    return "groupId" in row
      ? `${groupPath(this.store, groupOf(this.store, row))}/${row.path}`
      : groupPath(this.store, row);
  }
}

function known<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new Error(`the emulator knows no ${what}`);
  return row;
}
