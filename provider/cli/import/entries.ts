import type { GitLabClient } from "../../gitlab/request/client";
import { lookupsFor } from "../../gitlab/reads/lookups";
import type { WireAccessEntry, WireApprovalRule } from "../../gitlab/answer/types";
import { GroupInheritanceType, levelName, ROLE, subjectIn } from "../../lifecycle/access/subjects";
import { compare } from "../../effective/facts";
import { optional } from "../../effective/projects";
import { type Code, type Item, literal, name, object } from "./code";

/** One access list in the terms of the program. */
export interface EntryList {
  readonly items: readonly Item[];
  /** For naming the list: `release`, `maintainers`. */
  readonly words: readonly string[];
  /** Where the items are only the nearest thing to what GitLab holds: what it holds, in sentences. */
  readonly differences: readonly string[];
}

interface Entry {
  readonly subject: string;
  readonly word: string;
  readonly properties: Readonly<Record<string, Code | undefined>>;
  readonly notes: readonly string[];
  readonly differences: readonly string[];
}

type WireEntry = WireAccessEntry & Partial<WireApprovalRule>;

const { Direct, All } = GroupInheritanceType;
const MOST_APPROVALS = 5;

/** Deploy access levels; GitLab can hold none, a program cannot. */
export async function deployList(client: GitLabClient, wire: readonly WireAccessEntry[]): Promise<EntryList> {
  const list = await approvalList(client, wire);
  if (list.items.length > 0) return list;
  const value = object({ accessLevel: name("gitlab.AccessLevel.Admin") });
  const difference = "GitLab holds nobody who may deploy, so only administrators can";
  return { items: [{ value, notes: [] }], words: ["admins"], differences: [difference] };
}

export async function approvalList(client: GitLabClient, wire: readonly WireEntry[]): Promise<EntryList> {
  const entries = await Promise.all(wire.map((entry) => entryOf(client, entry)));
  const kept = new Map<string, Entry>();
  const differences: string[] = [];
  for (const entry of entries.sort((a, b) => compare(a.subject, b.subject))) {
    if (kept.has(entry.subject)) differences.push(`GitLab holds a second entry for the ${entry.subject}`);
    else kept.set(entry.subject, entry);
    differences.push(...entry.differences);
  }
  return {
    items: [...kept.values()].map(({ properties, notes }) => ({ value: object(properties), notes })),
    words: [...kept.values()].map(({ word }) => word),
    differences,
  };
}

async function entryOf(client: GitLabClient, wire: WireEntry): Promise<Entry> {
  const subject = await subjectOf(client, wire);
  const count = countOf(wire, subject.subject);
  const live = wire.group_inheritance_type ?? 0;
  const strange = `GitLab holds the inheritance ${live} for the ${subject.subject}, which this package does not know`;
  return {
    ...subject,
    properties: {
      ...subject.properties,
      groupInheritanceType: live === All ? name("gitlab.GroupInheritanceType.All") : undefined,
      requiredApprovals: count.code,
    },
    differences: [
      ...subject.differences,
      ...count.differences,
      ...(live === Direct || live === All ? [] : [strange]),
    ],
  };
}

async function subjectOf(client: GitLabClient, wire: WireEntry): Promise<Entry> {
  const lookups = lookupsFor(client);
  const { kind, value: id } = subjectIn(wire);
  if (kind === "user") {
    const username = (await optional(lookups.user(id)))?.username;
    if (username === undefined) return unnamed("user", id, { userId: literal(id) });
    return named(`user ${username}`, username, { username: literal(username) });
  }
  if (kind === "group") {
    const path = (await optional(lookups.group(id)))?.full_path;
    if (path === undefined) return unnamed("group", id, { groupId: literal(id) });
    return named(`group ${path}`, path.split("/").at(-1) ?? path, { groupPath: literal(path) });
  }
  return role(id);
}

function named(subject: string, word: string, properties: Record<string, Code>): Entry {
  return { subject, word, properties, notes: [], differences: [] };
}

function unnamed(kind: string, id: number, properties: Record<string, Code>): Entry {
  const note = `The ${kind} ${id} is deleted, or this token may not see it.`;
  return { ...named(`${kind} #${id}`, `${kind}${id}`, properties), notes: [note] };
}

function role(level: number): Entry {
  // What GitLab no longer offers becomes the next stricter role; below everybody is nobody, and so only administrators.
  const known = levelName(level);
  const nearest = known ?? (level > 0 && level < ROLE.developer ? "Developer" : "Admin");
  const words = `${nearest.toLowerCase()}s`;
  const entry = named(`role ${nearest}`, words, { accessLevel: name(`gitlab.AccessLevel.${nearest}`) });
  if (known !== undefined) return entry;
  const difference = `GitLab holds the access level ${level}, which it no longer offers; ${words} are the next stricter ones`;
  return { ...entry, differences: [difference] };
}

/** 1 is the default and not written. */
function countOf(wire: WireEntry, subject: string): { code: Code | undefined; differences: string[] } {
  const live = wire.required_approvals ?? 1;
  const isUser = subjectIn(wire).kind === "user";
  const most = isUser ? 1 : MOST_APPROVALS;
  const count = Math.min(Math.max(live, 1), most);
  const why = isUser
    ? "one person approves once, so nobody can ever deploy"
    : `there can be 1 to ${MOST_APPROVALS}`;
  return {
    code: count === 1 ? undefined : literal(count),
    differences: count === live ? [] : [`GitLab asks for ${live} approvals of the ${subject}, but ${why}`],
  };
}
