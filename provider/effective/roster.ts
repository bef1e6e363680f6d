import { ROLE } from "../lifecycle/access/subjects";
import type { WireUser } from "../gitlab/answer/types";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient } from "../gitlab/request/client";
import { type ApiPath, api } from "../gitlab/request/paths";
import type { Member, Members, Person } from "./facts";
import { itemsOf } from "./facts";
import { optional, readable } from "./projects";

/** https://docs.gitlab.com/api/group_members/ */
interface WireMember extends WireUser {
  access_level: number;
  /** The membership ends when that day begins. */
  expires_at?: string | null;
  /** `awaiting` while somebody has to confirm it. */
  membership_state?: string;
}

/**
 * Names that GitLab gives to the users of project, group and service account tokens; lists of members do not say it
 * otherwise. https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
 */
const BOT_NAME = /^((project|group)_\d+_bot(_|\d|$)|service_account_)/;
/** Bots of other names matter only where few stand behind a rule; there each is looked up. */
const FEW = 10;

/** Who is there, and in which lists. Equal lists are kept once. */
export interface Roster {
  readonly people: ReadonlyMap<number, Person>;
  /** Asks for a list once; undefined where the token may not see it. */
  members(path: ApiPath): Promise<Members | undefined>;
  /** Learns about a user that an entry names. */
  user(id: number): Promise<void>;
  /** Learns which of them are bots, where they are few. */
  tellBots(members: Members | undefined): Promise<void>;
}

export function createRoster(client: GitLabClient): Roster {
  const people = new Map<number, Person>();
  const lists = new Map<string, Promise<Members | undefined>>();
  const equal = new Map<string, Members>();
  const asked = new Map<number, Promise<void>>();

  const read = async (path: ApiPath): Promise<Members | undefined> => {
    const list = await readable<WireMember>(client, path);
    if ("refused" in list) return undefined;
    const today = (client.serverTime() ?? new Date()).toISOString().slice(0, 10);
    const members = new Map<number, number>();
    for (const member of itemsOf(list)) {
      const person = personOf(member);
      if (!people.has(person.id)) people.set(person.id, person);
      const counts =
        person.state === "active" &&
        member.access_level >= ROLE.guest &&
        (member.membership_state ?? "active") === "active" &&
        (member.expires_at == null || member.expires_at > today);
      if (counts) members.set(person.id, Math.max(members.get(person.id) ?? 0, member.access_level));
    }
    const sorted: Member[] = [...members].sort(([a], [b]) => a - b);
    const key = sorted.join(" ");
    const same = equal.get(key) ?? sorted;
    equal.set(key, same);
    return same;
  };

  const learn = async (id: number): Promise<void> => {
    const user = await optional<WireUser & { bot?: boolean }>(lookupsFor(client).user(id));
    if (user === undefined) {
      if (!people.has(id)) {
        people.set(id, { id, username: `user ${id}`, name: "", bot: false, state: "deleted or not visible" });
      }
      return;
    }
    const person = personOf(user);
    people.set(id, { ...person, bot: person.bot || user.bot === true });
  };
  const user = (id: number): Promise<void> => {
    const pending = asked.get(id) ?? learn(id);
    asked.set(id, pending);
    return pending;
  };

  return {
    people,
    members(path) {
      const pending = lists.get(path.path) ?? read(path);
      lists.set(path.path, pending);
      return pending;
    },
    user,
    async tellBots(members) {
      if (members === undefined || members.length > FEW) return;
      await Promise.all(members.map(([id]) => user(id)));
    },
  };
}

export const groupMembers = (id: number | string, all: boolean): ApiPath =>
  all ? api`/groups/${id}/members/all` : api`/groups/${id}/members`;
export const projectMembers = (id: number): ApiPath => api`/projects/${id}/members/all`;

function personOf(user: WireUser): Person {
  return {
    id: user.id,
    username: user.username,
    name: user.name ?? "",
    bot: BOT_NAME.test(user.username),
    state: user.state ?? "active",
  };
}
