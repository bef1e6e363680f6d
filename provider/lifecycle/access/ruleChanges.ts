import type { ApprovalRule, EntryLists } from "./accessEntries";
import { declaredKeys, describeSubject } from "./accessSubjects";
import { byKey, type Declaration } from "./declaration";
import { isUnknown } from "../unknowns";

/**
 * What an update of the lists means, in one line for people; undefined where nothing changes:
 *
 *     acme:production + group acme/qa ×2, − user dana, ~ maintainers 1 → 2 approvals; may deploy: + group acme/release
 */
export function describeChange(
  label: string,
  before: EntryLists<ApprovalRule>,
  after: Declaration,
): string | undefined {
  const rules = listChange(before.approvalRules, after.approvalRules ?? []);
  const deployers = listChange(before.deployAccessLevels, after.deployAccessLevels);
  const parts = [
    ...(rules.length > 0 ? [rules.join(", ")] : []),
    ...(deployers.length > 0 ? [`may deploy: ${deployers.join(", ")}`] : []),
  ];
  return parts.length > 0 ? `${label} ${parts.join("; ")}` : undefined;
}

/** `after` may be unknown as a whole, or hold unknown entries: the preview says so rather than guess. */
function listChange(before: readonly ApprovalRule[], after: readonly ApprovalRule[]): string[] {
  if (isUnknown(after)) return ["~ a list that is not known yet"];
  const known = byKey(before);
  const kept = new Set<ApprovalRule>();
  const added: string[] = [];
  const changed: string[] = [];
  for (const entry of after) {
    const match = declaredKeys(entry).flatMap((key) => known.get(key) ?? [])[0];
    if (match === undefined)
      added.push(`+ ${isUnknown(entry) ? "an entry that is not known yet" : withCount(entry)}`);
    else {
      kept.add(match);
      changed.push(...entryChange(match, entry));
    }
  }
  const removed = before.filter((entry) => !kept.has(entry)).map((entry) => `− ${withCount(entry)}`);
  return [...added, ...removed, ...changed];
}

function entryChange(before: ApprovalRule, after: ApprovalRule): string[] {
  const subject = describeSubject(before);
  const changes: string[] = [];
  const [from, to] = [before.requiredApprovals ?? 1, after.requiredApprovals ?? 1];
  if (from !== to)
    changes.push(`~ ${subject} ${from} → ${isUnknown(to) ? "an unknown number of" : to} approvals`);
  const inheritance = after.groupInheritanceType ?? 0;
  if ((before.groupInheritanceType ?? 0) !== inheritance) {
    const members = inheritance === 1 ? "with inherited members" : "direct members only";
    changes.push(`~ ${subject} ${isUnknown(inheritance) ? "whose members count differently" : members}`);
  }
  return changes;
}

/** A count of one goes without saying. */
function withCount(entry: ApprovalRule): string {
  const count = entry.requiredApprovals ?? 1;
  const inherited = entry.groupInheritanceType === 1 ? " with inherited members" : "";
  return `${describeSubject(entry)}${inherited}${count === 1 ? "" : ` ×${isUnknown(count) ? "?" : count}`}`;
}
