import { containsUnknown, isUnknown } from "../../fields/unknowns";
import type { ApprovalRule, Entry, EntryLists } from "./entries";
import { declaredKeys, describeSubject } from "./subjects";
import { byKey, type Declaration } from "./declaration";
import { contains } from "./strictness";

/**
 * What an update of the lists means, in one line for people; undefined where nothing changes. What lets somebody deploy who
 * could not before, or asks for less than before, is called weaker:
 *
 *     acme:production + group acme/qa ×2, − user dana (weaker), ~ maintainers 1 → 2 approvals; may deploy: + group acme/release (weaker)
 */
export function describeChange(label: string, before: Before, after: Declaration): string | undefined {
  return inWords(label, changes(before, after));
}

/** Of a change only what makes access weaker, in the same words; undefined where nothing does. */
export function describeWeakening(label: string, before: Before, after: Declaration): string | undefined {
  const weaker = (list: readonly Change[]): Change[] => list.filter((change) => change.weaker);
  const { rules, deployers } = changes(before, after);
  return inWords(label, { rules: weaker(rules), deployers: weaker(deployers) });
}

/** What is there, with the legacy count, which stops counting as soon as there is a rule. */
type Before = EntryLists<ApprovalRule> & { readonly requiredApprovalCount?: number };

interface Change {
  readonly words: string;
  readonly weaker?: boolean;
}

interface Changes {
  readonly rules: readonly Change[];
  readonly deployers: readonly Change[];
}

function changes(before: Before, after: Declaration): Changes {
  const mayDeploy = before.deployAccessLevels;
  return {
    rules: [
      ...listChange(before.approvalRules, after.approvalRules ?? [], {
        removal: true,
        addition: () => false,
      }),
      ...legacyChange(before, after.approvalRules ?? []),
    ],
    deployers: listChange(mayDeploy, after.deployAccessLevels, {
      removal: false,
      addition: (entry) => !mayDeploy.some((one) => includes(one, entry)),
    }),
  };
}

function legacyChange(before: Before, after: readonly ApprovalRule[]): Change[] {
  const { requiredApprovalCount: count = 0, approvalRules } = before;
  if (count === 0 || approvalRules.length > 0 || isUnknown(after) || after.length === 0) return [];
  return [{ words: `− the legacy count of ${count}`, weaker: losesLegacyCount(before, after) }];
}

/** Whether rules take the place of a legacy count that asks for more than all of them. */
export function losesLegacyCount(before: Before, after: readonly ApprovalRule[]): boolean {
  const { requiredApprovalCount: count = 0, approvalRules } = before;
  if (approvalRules.length > 0 || after.length === 0 || containsUnknown(after)) return false;
  return after.reduce((sum, { requiredApprovals = 1 }) => sum + requiredApprovals, 0) < count;
}

function inWords(label: string, { rules, deployers }: Changes): string | undefined {
  const said = (list: readonly Change[]): string =>
    list.map(({ words, weaker }) => (weaker ? `${words} (weaker)` : words)).join(", ");
  const parts = [
    ...(rules.length > 0 ? [said(rules)] : []),
    ...(deployers.length > 0 ? [`may deploy: ${said(deployers)}`] : []),
  ];
  return parts.length > 0 ? `${label} ${parts.join("; ")}` : undefined;
}

/** In which direction a list becomes weaker. */
interface Weaker {
  readonly removal: boolean;
  readonly addition: (entry: ApprovalRule) => boolean;
}

/** `after` may be unknown as a whole, or hold unknown entries: the preview says so rather than guess. */
function listChange(
  before: readonly ApprovalRule[],
  after: readonly ApprovalRule[],
  weaker: Weaker,
): Change[] {
  if (isUnknown(after)) return [{ words: "~ a list that is not known yet" }];
  const known = byKey(before);
  const kept = new Set<ApprovalRule>();
  const added: Change[] = [];
  const changed: Change[] = [];
  for (const entry of after) {
    const match = declaredKeys(entry).flatMap((key) => known.get(key) ?? [])[0];
    if (match === undefined)
      added.push({
        words: `+ ${isUnknown(entry) ? "an entry that is not known yet" : withCount(entry)}`,
        weaker: weaker.addition(entry),
      });
    else {
      kept.add(match);
      changed.push(...entryChange(match, entry));
    }
  }
  const removed = before
    .filter((entry) => !kept.has(entry))
    .map((entry): Change => ({ words: `− ${withCount(entry)}`, weaker: weaker.removal }));
  return [...added, ...removed, ...changed];
}

function entryChange(before: ApprovalRule, after: ApprovalRule): Change[] {
  const subject = describeSubject(before);
  const found: Change[] = [];
  const [from, to] = [before.requiredApprovals ?? 1, after.requiredApprovals ?? 1];
  if (from !== to) {
    const words = `~ ${subject} ${from} → ${isUnknown(to) ? "an unknown number of" : to} approvals`;
    found.push({ words, weaker: !isUnknown(to) && to < from });
  }
  const inheritance = after.groupInheritanceType ?? 0;
  if ((before.groupInheritanceType ?? 0) !== inheritance) {
    const members = inheritance === 1 ? "with inherited members" : "direct members only";
    const words = `~ ${subject} ${isUnknown(inheritance) ? "whose members count differently" : members}`;
    found.push({ words, weaker: inheritance === 1 });
  }
  return found;
}

/** Whether whoever the second entry lets deploy may deploy already. Roles contain each other; other subjects are new here. */
function includes(one: ApprovalRule, entry: ApprovalRule): boolean {
  if (containsUnknown([one.accessLevel, entry.accessLevel])) return false;
  if (one.accessLevel === undefined || entry.accessLevel === undefined) return false;
  return contains(role(one.accessLevel), role(entry.accessLevel));
}

function role(value: number): Entry {
  return { kind: "role", value, groupInheritanceType: 0, requiredApprovals: 1 };
}

/** A count of one goes without saying. */
function withCount(entry: ApprovalRule): string {
  const count = entry.requiredApprovals ?? 1;
  const inherited = entry.groupInheritanceType === 1 ? " with inherited members" : "";
  return `${describeSubject(entry)}${inherited}${count === 1 ? "" : ` ×${isUnknown(count) ? "?" : count}`}`;
}
