import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import { type ApiPath, api } from "../gitlab/request/paths";
import type { WireAccessEntry, WireUser } from "../gitlab/answer/types";
import type { Subject } from "./model";

/** Who stands behind access entries: names, and how many can act. Every question is asked once. */
export interface People {
  /** `container` is the group or project whose rule it is: roles are counted there. */
  subject(entry: WireAccessEntry, container: Container): Promise<Subject>;
}

export interface Container {
  readonly kind: "group" | "project";
  readonly path: string;
  readonly id: number | string;
}

interface Member extends WireUser {
  access_level: number;
}

/** Names that GitLab gives to the users of project, group and service account tokens. https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects */
const BOT_NAME = /^((project|group)_\d+_bot(_|\d|$)|service_account_)/;

const ROLES: Readonly<Record<number, string>> = {
  0: "No one",
  20: "Reporters and above",
  30: "Developers and above",
  40: "Maintainers and above",
  50: "Owners",
  60: "Administrators only",
};
const ADMIN = 60;

export function createPeople(client: GitLabClient): People {
  const lookups = lookupsFor(client);
  const lists = new Map<string, Promise<Member[] | undefined>>();

  /** Active members, or undefined where this token may not see them. */
  const members = (path: ApiPath): Promise<Member[] | undefined> => {
    const known =
      lists.get(path.path) ?? optional(client.list<Member>(path)).then((all) => all?.filter(isActive));
    lists.set(path.path, known);
    return known;
  };

  return {
    async subject(entry, container) {
      const inherited = entry.group_inheritance_type === 1;
      if (entry.user_id != null)
        return userSubject(entry.user_id, await optional(lookups.user(entry.user_id)));
      if (entry.group_id != null) {
        const id = entry.group_id;
        const [group, people] = await Promise.all([
          optional(lookups.group(id)),
          members(inherited ? api`/groups/${id}/members/all` : api`/groups/${id}/members`),
        ]);
        return { kind: "group", id, name: group?.full_path ?? `group ${id}`, inherited, ...counted(people) };
      }
      const level = entry.access_level ?? 0;
      const all = level === ADMIN ? undefined : await members(membersPath(container));
      const people = all?.filter((member) => level > 0 && member.access_level >= level);
      return {
        kind: "role",
        id: level,
        name: ROLES[level] ?? `access level ${level}`,
        inherited: false,
        ...counted(people),
      };
    },
  };
}

function membersPath({ kind, id }: Container): ApiPath {
  return kind === "group" ? api`/groups/${id}/members/all` : api`/projects/${id}/members/all`;
}

function userSubject(id: number, user: (WireUser & { bot?: boolean }) | undefined): Subject {
  if (user === undefined)
    return { kind: "user", id, name: `user ${id}`, inherited: false, left: "deleted or not visible" };
  const bot = user.bot === true || BOT_NAME.test(user.username);
  const active = isActive(user);
  return {
    kind: "user",
    id,
    name: user.username,
    inherited: false,
    people: active ? 1 : 0,
    ...(bot ? { bot } : {}),
    ...(active ? {} : { left: user.state ?? "not active" }),
  };
}

function counted(people: Member[] | undefined): Pick<Subject, "people" | "bot"> {
  if (people === undefined) return {};
  const number = new Set(people.map((person) => person.id)).size;
  const bot = people.length > 0 && people.every((person) => BOT_NAME.test(person.username));
  return { people: number, ...(bot ? { bot } : {}) };
}

function isActive(user: WireUser): boolean {
  return (user.state ?? "active") === "active";
}

/** What this token may not see is unknown, not an error. */
async function optional<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isGitLabError(error, "forbidden", "not-found")) return undefined;
    throw error;
  }
}
