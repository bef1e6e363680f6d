import type { EnvironmentFields } from "../rules/environmentModel";
import type { NewGroup, NewProject, NewUser, RoleName } from "./directory";
import type { Subject } from "./subjects";
import type { World } from "./world";

/** What a GitLab starts with, as plain data. Groups come before what is in them. */
export interface Seed {
  /** Whose token `gitlab.token` is. */
  readonly defaultUser: string;
  readonly users: readonly NewUser[];
  readonly groups: readonly (NewGroup & {
    /** User name → role. */
    readonly members?: Readonly<Record<string, RoleName>>;
    /** Full path of a group that this one is shared with → role. */
    readonly sharedWith?: Readonly<Record<string, RoleName>>;
    /** Tier → its protection. */
    readonly protected?: Readonly<Record<string, SeedProtection>>;
  })[];
  readonly projects: readonly (NewProject & {
    readonly members?: Readonly<Record<string, RoleName>>;
    /** Full path of an invited group → role. */
    readonly invited?: Readonly<Record<string, RoleName>>;
    /** Name → settings. */
    readonly environments?: Readonly<Record<string, EnvironmentFields>>;
    readonly protected?: Readonly<Record<string, SeedProtection>>;
  })[];
}

export interface SeedProtection {
  readonly deploy: readonly Subject[];
  readonly approve?: readonly Subject[];
}

export function plant(world: World, seed: Seed): void {
  for (const user of seed.users) world.addUser(user);
  world.defaultUser = world.user(seed.defaultUser).username;
  for (const group of seed.groups) world.addGroup(group);
  for (const project of seed.projects) world.addProject(project);
  for (const group of seed.groups) {
    const place = { kind: "group", id: world.group(group.path).id } as const;
    for (const [user, role] of Object.entries(group.members ?? {})) world.addMember(place, user, role);
    for (const [other, role] of Object.entries(group.sharedWith ?? {}))
      world.shareGroup(group.path, other, role);
  }
  for (const project of seed.projects) {
    const place = { kind: "project", id: world.project(project.path).id } as const;
    for (const [user, role] of Object.entries(project.members ?? {})) world.addMember(place, user, role);
    for (const [group, role] of Object.entries(project.invited ?? {}))
      world.inviteGroup(project.path, group, role);
    for (const [name, fields] of Object.entries(project.environments ?? {})) {
      world.addEnvironment(project.path, name, fields);
    }
  }
  for (const { path, protected: protections } of [...seed.groups, ...seed.projects]) {
    for (const [name, { deploy, approve }] of Object.entries(protections ?? {})) {
      world.protect(path, name, deploy, approve);
    }
  }
}
