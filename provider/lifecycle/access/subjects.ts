import type { Failure } from "../../fields/schema";
import { isUnknown } from "../../fields/unknowns";

export type ListName = "deployAccessLevels" | "approvalRules";

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
  if (accessLevel === 30) return "developers and maintainers";
  if (accessLevel === 40) return "maintainers";
  if (accessLevel === 60) return "administrators";
  return name("access level", accessLevel);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as it is named in a sentence. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
