import { ROLE } from "../lifecycle/access/subjects";
import type { WireMember, WireUser } from "../gitlab/answer/types";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { GitLabClient } from "../gitlab/request/client";
import { type ApiPath, api } from "../gitlab/request/paths";
import { type Member, type Members, type Person, itemsOf } from "./facts";
import { optional, readable } from "./projects";

/**
 * Names that GitLab gives to the users of project, group and service account tokens; lists of members do not say it
 * otherwise. https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
 */
const BOT_NAME = /^((project|group)_\d+_bot(_|\d|$)|service_account_)/;
/** Bots of other names matter only where few stand behind a rule; there each is looked up. */
const FEW = 10;

/** Who is there, and in which lists. Equal lists are kept once. */
export class Roster {
  readonly #people = new Map<number, Person>();
  readonly #lists = new Map<string, Promise<Members | undefined>>();
  readonly #equal = new Map<string, Members>();
  readonly #asked = new Map<number, Promise<void>>();

  constructor(private readonly client: GitLabClient) {}

  get people(): ReadonlyMap<number, Person> {
    return this.#people;
  }

  /** Asks for a list once; undefined where the token may not see it. */
  members(path: ApiPath): Promise<Members | undefined> {
    const pending = this.#lists.get(path.path) ?? this.#read(path);
    this.#lists.set(path.path, pending);
    return pending;
  }

  /** Learns about a user that an entry names. */
  user(id: number): Promise<void> {
    const pending = this.#asked.get(id) ?? this.#learn(id);
    this.#asked.set(id, pending);
    return pending;
  }

  /** Learns which of them are bots, where they are few. */
  async tellBots(members: Members | undefined): Promise<void> {
    if (members === undefined || members.length > FEW) return;
    await Promise.all(members.map(([id]) => this.user(id)));
  }

  async #read(path: ApiPath): Promise<Members | undefined> {
    const list = await readable<WireMember>(this.client, path);
    if ("refused" in list) return undefined;
    const today = (this.client.serverTime() ?? new Date()).toISOString().slice(0, 10);
    const members = new Map<number, number>();
    for (const member of itemsOf(list)) {
      const person = personOf(member);
      if (!this.#people.has(person.id)) this.#people.set(person.id, person);
      const counts =
        person.state === "active" &&
        member.access_level >= ROLE.guest &&
        (member.membership_state ?? "active") === "active" &&
        (member.expires_at == null || member.expires_at > today);
      if (counts) members.set(person.id, Math.max(members.get(person.id) ?? 0, member.access_level));
    }
    const sorted: Member[] = [...members].sort(([a], [b]) => a - b);
    const key = sorted.join(" ");
    const same = this.#equal.get(key) ?? sorted;
    this.#equal.set(key, same);
    return same;
  }

  async #learn(id: number): Promise<void> {
    const user = await optional<WireUser & { bot?: boolean }>(lookupsFor(this.client).user(id));
    if (user !== undefined) {
      const person = personOf(user);
      this.#people.set(id, { ...person, bot: person.bot || user.bot === true });
    } else if (!this.#people.has(id)) {
      const state = "deleted or not visible";
      this.#people.set(id, { id, username: `user ${id}`, name: "", bot: false, state });
    }
  }
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
