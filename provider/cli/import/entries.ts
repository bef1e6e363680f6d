import type { GitLabClient } from "../../gitlab/request/client";
import { isGitLabError } from "../../gitlab/answer/errors";
import { lookupsFor } from "../../gitlab/reads/lookups";
import type { WireAccessEntry, WireApprovalRule } from "../../gitlab/answer/types";
import { compare } from "../collect";
import { type Code, type Item, literal, object, raw } from "./code";

/** One access list in the terms of the program. */
export interface EntryList {
  readonly items: readonly Item[];
  /** For naming the list: `release`, `maintainers`. */
  readonly words: readonly string[];
}

interface Entry {
  readonly subject: string;
  readonly word: string;
  readonly properties: Readonly<Record<string, Code | undefined>>;
  readonly notes: readonly string[];
}

const LEVELS: Readonly<Record<number, string>> = { 30: "Developer", 40: "Maintainer", 60: "Admin" };
const MOST_APPROVALS = 5;
const CHANGES = "“pulumi up” will change it";

/** Deploy access levels; GitLab can hold none, a program cannot. */
export async function deployList(client: GitLabClient, wire: readonly WireAccessEntry[]): Promise<EntryList> {
  const list = await entryList(client, wire);
  if (list.items.length > 0) return list;
  const note = `GitLab holds nobody here, so only administrators may deploy; this says the same. ${CHANGES}.`;
  const value = object({ accessLevel: raw("gitlab.AccessLevel.Admin") });
  return { items: [{ value, notes: [note] }], words: ["admins"] };
}

export function approvalList(client: GitLabClient, wire: readonly WireApprovalRule[]): Promise<EntryList> {
  return entryList(client, wire);
}

async function entryList(
  client: GitLabClient,
  wire: readonly (WireAccessEntry & Partial<WireApprovalRule>)[],
): Promise<EntryList> {
  const entries = await Promise.all(wire.map((entry) => entryOf(client, entry)));
  const seen = new Map<string, Entry>();
  const order = entries.sort((a, b) => compare(a.subject, b.subject));
  for (const entry of order) {
    const first = seen.get(entry.subject);
    const note = `GitLab holds a second entry for the same subject; ${CHANGES}.`;
    seen.set(entry.subject, first === undefined ? entry : { ...first, notes: [...first.notes, note] });
  }
  const kept = [...seen.values()];
  return {
    items: kept.map(({ properties, notes }) => ({ value: object(properties), notes })),
    words: kept.map(({ word }) => word),
  };
}

async function entryOf(
  client: GitLabClient,
  wire: WireAccessEntry & Partial<WireApprovalRule>,
): Promise<Entry> {
  const subject = await subjectOf(client, wire);
  const count = countOf(wire);
  const inherited = wire.group_inheritance_type === 1 ? raw("gitlab.GroupInheritanceType.All") : undefined;
  return {
    ...subject,
    properties: { ...subject.properties, groupInheritanceType: inherited, requiredApprovals: count.code },
    notes: [...subject.notes, ...count.notes],
  };
}

async function subjectOf(client: GitLabClient, wire: WireAccessEntry): Promise<Entry> {
  const lookups = lookupsFor(client);
  if (wire.user_id != null) {
    const id = wire.user_id;
    const user = await found(lookups.user(id));
    if (user === undefined) return unnamed("user", id, { userId: literal(id) });
    return {
      subject: `user ${user.username}`,
      word: user.username,
      properties: { username: literal(user.username) },
      notes: [],
    };
  }
  if (wire.group_id != null) {
    const id = wire.group_id;
    const path = (await found(lookups.group(id)))?.full_path;
    if (path === undefined) return unnamed("group", id, { groupId: literal(id) });
    return {
      subject: `group ${path}`,
      word: path.split("/").at(-1) ?? path,
      properties: { groupPath: literal(path) },
      notes: [],
    };
  }
  return role(wire.access_level ?? 0);
}

function unnamed(kind: string, id: number, properties: Record<string, Code>): Entry {
  return {
    subject: `${kind} #${id}`,
    word: `${kind}${id}`,
    properties,
    notes: [`The ${kind} ${id} is deleted, or this token may not see it.`],
  };
}

function role(level: number): Entry {
  // What GitLab no longer offers becomes the next stricter role; below everybody is nobody, and so only administrators.
  const nearest = LEVELS[level] ?? (level > 0 && level < 30 ? "Developer" : "Admin");
  const note = `GitLab holds the access level ${level}, which it no longer offers: this is the next stricter one. ${CHANGES}.`;
  return {
    subject: `role ${nearest}`,
    word: `${nearest.toLowerCase()}s`,
    properties: { accessLevel: raw(`gitlab.AccessLevel.${nearest}`) },
    notes: level in LEVELS ? [] : [note],
  };
}

/** 1 is the default and not written. */
function countOf(wire: WireAccessEntry & Partial<WireApprovalRule>): {
  code: Code | undefined;
  notes: string[];
} {
  const live = wire.required_approvals ?? 1;
  const most = wire.user_id == null ? MOST_APPROVALS : 1;
  const count = Math.min(Math.max(live, 1), most);
  const why =
    wire.user_id == null
      ? `there can be 1 to ${MOST_APPROVALS}`
      : "one person approves once, so nobody could ever deploy";
  return {
    code: count === 1 ? undefined : literal(count),
    notes:
      count === live ? [] : [`GitLab asks for ${live} approvals here, but ${why}. ${CHANGES} to ${count}.`],
  };
}

/** Who is gone, or hidden from this token, has no name. */
async function found<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isGitLabError(error, "not-found", "forbidden")) return undefined;
    throw error;
  }
}
