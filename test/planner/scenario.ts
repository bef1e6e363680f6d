import fc from "fast-check";
import { type Entry, type EntryLists, type LiveEntry } from "../../provider/lifecycle/access/entries";
import { deployer, live, rule, subjectKeys, unqualified, wanted } from "./arbitraries";
import type { Fault } from "./fakeGitLab";
import type { Rules } from "./nestedAttributes";

/** What somebody does by hand: to a rule or a deployer by its place in the list, or by adding one. */
export type Edit =
  | { readonly rule: number; readonly to: "gone" | "×1" | "×5" | "direct" | "all" }
  | { readonly level: number; readonly to: "gone" | "direct" | "all" }
  | { readonly addRule: Entry }
  | { readonly addLevel: Entry };

/** Everything that can come together in one update. */
export interface Scenario {
  /** What the state remembers; what GitLab held before anybody edited it. */
  readonly old: EntryLists<LiveEntry>;
  readonly wanted: EntryLists<Entry>;
  readonly byHand: readonly Edit[];
  /** Edits that come later, while the update is under way, before the request with this number. */
  readonly meanwhile: readonly { readonly before: number; readonly edit: Edit }[];
  /** Users and groups that GitLab leaves out. */
  readonly dropped: { readonly user: number[]; readonly group: number[] };
  readonly faults: readonly Fault[];
  /** After so many requests the process is gone, and with it what it would have kept in state. */
  readonly killedAfter: number | undefined;
  readonly subjectKeys: Rules["subjectKeys"];
  readonly level: "group" | "project";
  /** Approvals that an old GitLab was told to ask for where there are no rules. */
  readonly legacyCount: number;
}

const place = fc.nat({ max: 5 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ rule: place, to: fc.constantFrom("gone", "×1", "×5", "direct", "all" as const) }),
  fc.record({ level: place, to: fc.constantFrom("gone", "direct", "all" as const) }),
  fc.record({ addRule: rule }),
  fc.record({ addLevel: deployer }),
);
const fault = fc.constantFrom<Fault>(undefined, "refused", "lost-before", "lost-after", "500-after");

export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    old: live,
    wanted,
    byHand: fc.array(edit, { maxLength: 4 }),
    meanwhile: fc.array(fc.record({ before: fc.nat({ max: 3 }), edit }), { maxLength: 1 }),
    dropped: unqualified,
    faults: fc.array(fault, { maxLength: 5 }),
    killedAfter: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    subjectKeys,
    level: fc.constantFrom("group", "project"),
    legacyCount: fc.constantFrom(0, 0, 0, 2, 5),
  })
  .map((one) => Object.assign(one, { [fc.toStringMethod]: () => told(one) }));

/** The lists after an edit; a place that is not there is left alone. `id` is what a new entry gets. */
export function edited(lists: EntryLists<LiveEntry>, by: Edit, id: number): EntryLists<LiveEntry> {
  const { deployAccessLevels, approvalRules } = lists;
  if ("addRule" in by) return { ...lists, approvalRules: [...approvalRules, { ...by.addRule, id }] };
  if ("addLevel" in by)
    return { ...lists, deployAccessLevels: [...deployAccessLevels, { ...by.addLevel, id }] };
  if ("rule" in by) return { ...lists, approvalRules: at(approvalRules, by.rule, by.to) };
  return { ...lists, deployAccessLevels: at(deployAccessLevels, by.level, by.to) };
}

function at(list: readonly LiveEntry[], index: number, to: string): LiveEntry[] {
  const changes: Readonly<Record<string, Partial<LiveEntry>>> = {
    "×1": { requiredApprovals: 1 },
    "×5": { requiredApprovals: 5 },
    direct: { groupInheritanceType: 0 },
    all: { groupInheritanceType: 1 },
  };
  if (to === "gone") return list.filter((_, i) => i !== index);
  return list.map((entry, i) => (i === index ? { ...entry, ...changes[to] } : entry));
}

/** `deploy: role 40, user 3; approve: group 2 (all) ×3` */
export function shownLists({ deployAccessLevels, approvalRules }: EntryLists<Entry>): string {
  return `deploy: ${deployAccessLevels.map(name).join(", ")}; approve: ${approvalRules.map(counted).join(", ")}`;
}

const name = (entry: Entry): string =>
  `${entry.kind} ${entry.value}${entry.groupInheritanceType === 1 ? " (all)" : ""}`;
const counted = (entry: Entry): string => `${name(entry)} ×${entry.requiredApprovals}`;

function told(one: Scenario): string {
  return [
    "",
    `old:       ${shownLists(one.old)}${one.legacyCount === 0 ? "" : `; legacy count ${one.legacyCount}`}; of a ${one.level}`,
    `new:       ${shownLists(one.wanted)}`,
    `by hand:   ${one.byHand.map(editTold).join(", ")}`,
    `meanwhile: ${one.meanwhile.map(({ before, edit: by }) => `${editTold(by)} before request ${before}`).join(", ")}`,
    `left out:  ${[...one.dropped.user.map((id) => `user ${id}`), ...one.dropped.group.map((id) => `group ${id}`)].join(", ")}`,
    `requests:  ${one.faults.map((kind) => kind ?? "fine").join(", ")}${one.killedAfter === undefined ? "" : `; killed after ${one.killedAfter}`}`,
    `subjects:  ${one.subjectKeys}`,
    "",
  ].join("\n");
}

function editTold(by: Edit): string {
  if ("addRule" in by) return `+ rule ${counted(by.addRule)}`;
  if ("addLevel" in by) return `+ deployer ${name(by.addLevel)}`;
  return "rule" in by ? `rule #${by.rule} ${by.to}` : `deployer #${by.level} ${by.to}`;
}
