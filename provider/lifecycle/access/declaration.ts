import { UserError } from "../errors";
import type { ApprovalRule, EntryLists } from "./entries";
import { declaredKeys, duplicates, type ListName } from "./subjects";
import { type StoredEntry } from "./state";

/** The two lists as `check` leaves them. */
export interface Declaration {
  deployAccessLevels: readonly ApprovalRule[];
  approvalRules?: readonly ApprovalRule[];
}

/** Turns names into ids, one request for a name not seen before. */
export interface NameLookup {
  userId(username: string): Promise<number>;
  groupId(fullPath: string): Promise<number>;
}

/** Reordering, and another name for the same subject, is no change. */
export function sameSet(stored: readonly StoredEntry[], news: readonly ApprovalRule[]): boolean {
  if (stored.length !== news.length) return false;
  const known = byKey(stored);
  const met = new Set<StoredEntry>();
  return news.every((entry) => {
    const match = declaredKeys(entry).flatMap((key) => known.get(key) ?? [])[0];
    if (match === undefined || met.has(match)) return false;
    met.add(match);
    return (
      (match.groupInheritanceType ?? 0) === (entry.groupInheritanceType ?? 0) &&
      (match.requiredApprovals ?? 1) === (entry.requiredApprovals ?? 1)
    );
  });
}

/**
 * The declaration with an id beside every name. A name that state already knows is not looked up again, so that a renamed
 * user or group causes no change. Two names for one subject are refused here, as `check` cannot see them.
 */
export async function resolveNames(
  news: Declaration,
  stored: EntryLists<ApprovalRule> | undefined,
  lookup: NameLookup,
): Promise<EntryLists<ApprovalRule>> {
  // A name may be known from the other list.
  const known = byKey([...(stored?.deployAccessLevels ?? []), ...(stored?.approvalRules ?? [])]);
  const resolve = async (entry: ApprovalRule): Promise<ApprovalRule> => {
    const before = declaredKeys(entry).flatMap((key) => known.get(key) ?? [])[0];
    if (entry.username !== undefined) {
      return { ...entry, userId: before?.userId ?? (await lookup.userId(entry.username)) };
    }
    if (entry.groupPath !== undefined) {
      return { ...entry, groupId: before?.groupId ?? (await lookup.groupId(entry.groupPath)) };
    }
    return entry;
  };
  const list = async (name: ListName): Promise<ApprovalRule[]> => {
    const resolved = await Promise.all((news[name] ?? []).map(resolve));
    const [twice] = duplicates(resolved, name);
    if (twice) throw new UserError(`${twice.property} ${twice.reason}.`);
    return resolved;
  };
  const [deployAccessLevels, approvalRules] = await Promise.all([
    list("deployAccessLevels"),
    list("approvalRules"),
  ]);
  return { deployAccessLevels, approvalRules };
}

/** Entries by every name their subject goes by. */
export function byKey<E extends ApprovalRule>(entries: readonly E[]): Map<string, E> {
  return new Map(entries.flatMap((entry) => declaredKeys(entry).map((key): [string, E] => [key, entry])));
}
