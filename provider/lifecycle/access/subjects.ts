import { isObject } from "../../fields/compound";
import type { Failure } from "../../fields/schema";
import { isUnknown } from "../../fields/unknowns";

/**
 * Who: roles and their words, and the forms in which programs, GitLab and the planner name somebody. Nothing else knows a role's
 * number, or tells a user's entry from a group's.
 */

/** GitLab's roles. https://docs.gitlab.com/api/access_requests/#valid-access-levels */
export const ROLE = { guest: 10, reporter: 20, developer: 30, maintainer: 40, owner: 50, admin: 60 } as const;

/** Roles that can be given access as a whole. https://docs.gitlab.com/api/protected_environments/#valid-access-levels */
export const AccessLevel = {
  Developer: ROLE.developer,
  Maintainer: ROLE.maintainer,
  Admin: ROLE.admin,
} as const;
export type AccessLevel = (typeof AccessLevel)[keyof typeof AccessLevel];

/** Who counts as a group's member. https://docs.gitlab.com/api/protected_environments/#group-inheritance-types */
export const GroupInheritanceType = { Direct: 0, All: 1 } as const;
export type GroupInheritanceType = (typeof GroupInheritanceType)[keyof typeof GroupInheritanceType];

/** Access levels that can be declared. */
export const LEVELS: readonly number[] = Object.values(AccessLevel);
/** `30 (Developer), 40 (Maintainer) or 60 (Admin)`. */
export const LEVELS_IN_WORDS: string = Object.entries(AccessLevel)
  .map(([name, level]) => `${level} (${name})`)
  .join(", ")
  .replace(/, (?=[^,]*$)/, " or ");
/** Access levels that the API takes, from the widest to the narrowest; 20 comes from old versions and can no longer be declared. */
export const SENDABLE_LEVELS: readonly number[] = [ROLE.reporter, ...LEVELS];

/** Names of the levels that can be declared: the keys of `AccessLevel`. */
export function levelName(level: number): keyof typeof AccessLevel | undefined {
  return (Object.keys(AccessLevel) as (keyof typeof AccessLevel)[]).find(
    (name) => AccessLevel[name] === level,
  );
}

/** How people call those with at least this role: in a sentence, and as a heading. */
const LEVEL_WORDS: Readonly<Record<number, readonly [inSentence: string | undefined, heading: string]>> = {
  0: [undefined, "No one"],
  [ROLE.reporter]: [undefined, "Reporters and above"],
  [ROLE.developer]: ["developers and maintainers", "Developers and above"],
  [ROLE.maintainer]: ["maintainers", "Maintainers and above"],
  [ROLE.owner]: [undefined, "Owners"],
  [ROLE.admin]: ["administrators", "Administrators only"],
};

export function levelHeading(level: number): string {
  return LEVEL_WORDS[level]?.[1] ?? `access level ${level}`;
}

export type SubjectKind = "role" | "user" | "group";

/** The argument that names it by number. */
export const FIELD_OF = { role: "accessLevel", user: "userId", group: "groupId" } as const;

/** Whom an entry names: the access level, or the id of the user or group. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly value: number;
}

export function subjectKey({ kind, value }: Subject): string {
  return `${kind}:${value}`;
}

/** As rows and requests name it. */
export interface WireSubject {
  readonly access_level?: number | null;
  readonly user_id?: number | null;
  readonly group_id?: number | null;
}

/** Before 15.5 a user's or group's entry came with an access level beside it, which means nothing. */
export function subjectIn({ user_id: user, group_id: group, access_level: level }: WireSubject): Subject {
  if (user != null) return { kind: "user", value: user };
  return group != null ? { kind: "group", value: group } : { kind: "role", value: level ?? 0 };
}

export type ListName = "deployAccessLevels" | "approvalRules";
export const LISTS = ["deployAccessLevels", "approvalRules"] as const satisfies readonly ListName[];

/** The five ways to say who; an entry has exactly one of them. */
export const SUBJECTS = ["accessLevel", "userId", "username", "groupId", "groupPath"] as const;
export type SubjectField = (typeof SUBJECTS)[number];

/** Again once names are known: `username` and `userId` of one person are the same subject. */
export function duplicates(entries: readonly unknown[], list: ListName): Failure[] {
  const first = new Map<string, number>();
  const failures: Failure[] = [];
  entries.forEach((entry, i) => {
    if (!isObject(entry)) return;
    const same = declaredKeys(entry).flatMap((key) => first.get(key) ?? [])[0];
    if (same !== undefined) {
      const reason = `names the same subject as ${list}[${same}] (${describeSubject(entry)}); keep one of the two`;
      failures.push({ property: `${list}[${i}]`, reason });
    }
    for (const key of declaredKeys(entry)) if (!first.has(key)) first.set(key, i);
  });
  return failures;
}

/** Every known way in which this entry says who. GitLab's user names and paths ignore case. */
export function declaredKeys(entry: Readonly<Partial<Record<SubjectField, unknown>>>): string[] {
  return SUBJECTS.filter((field) => entry[field] != null && !isUnknown(entry[field])).map(
    (field) => `${field}:${String(entry[field]).toLowerCase()}`,
  );
}

/** `user dana`, `group acme/qa`, `maintainers`: as the program names it. */
export function describeSubject(entry: Readonly<Partial<Record<SubjectField, unknown>>>): string {
  const { accessLevel, userId, username, groupId, groupPath } = entry;
  const name = (kind: string, value: unknown) =>
    isUnknown(value) ? `${kind} not known yet` : `${kind} ${String(value)}`;
  if (username != null) return name("user", username);
  if (userId != null) return name("user", userId);
  if (groupPath != null) return name("group", groupPath);
  if (groupId != null) return name("group", groupId);
  return LEVEL_WORDS[Number(accessLevel)]?.[0] ?? name("access level", accessLevel);
}
