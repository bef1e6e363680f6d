import type { Level } from "../../gitlab/request/paths";
import { UserError } from "../errors";
import { type ApprovalRule, type EntryLists, fromEntry, type LiveEntry, toEntry } from "./entries";
import { describeSubject, type ListName, type SubjectKind, subjectKey, subjectIn, LISTS } from "./subjects";
import type { ByHand } from "./aim";
import type { NestedBody } from "./planner";
import { ADMINISTRATORS } from "./strictness";

/** One protection: the group and a tier, or the project and an environment's name. */
export interface ProtectionTarget {
  readonly level: Level;
  /** Id or full path, as declared. */
  readonly container: string;
  readonly name: string;
}

/** How lines of output and ids name it: `acme:production`. */
export function label({ container, name }: ProtectionTarget): string {
  return `${container}:${name}`;
}

export function alreadyThere(target: ProtectionTarget): UserError {
  return new UserError(
    `${target.name} is already protected in the ${target.level} ${target.container}. If its resource was renamed or moved ` +
      `in this program, give the new one \`aliases\`; to take over a protection that no stack manages, set \`adopt: true\`.`,
  );
}

/** The creation was never confirmed, and what is there now was not sent by us. */
export function notOurs(target: ProtectionTarget): UserError {
  return new UserError(
    `${label(target)}: the answer to its creation was lost, and the protection that is there now is not the one that was ` +
      `sent, so somebody else may have made it. To take it over, set \`adopt: true\`.`,
  );
}

/** `weaker` names in the words of a change what the declaration would take away. */
export function stricterThanDeclared(target: ProtectionTarget, weaker: string): UserError {
  return new UserError(
    `${label(target)} is stricter in GitLab than declared, and \`adopt: true\` does not weaken it. Taking it over would mean: ` +
      `${weaker.slice(label(target).length + 1)}. Declare what is there, or set \`adopt: "overwrite"\`. Nothing was changed.`,
  );
}

export function takenTwice(target: ProtectionTarget): UserError {
  return new UserError(
    `${label(target)} belongs to another resource of this program already. Two resources for one protection would undo each ` +
      `other's work on every \`pulumi up\`; keep one of them.`,
  );
}

/** The path leads to a protection of which nothing is known. */
export function somebodyElses(target: ProtectionTarget, what: string): UserError {
  return new UserError(
    `${label(target)}: not one entry of this protection is known here. Either it was made anew by hand, or ${target.container} is ` +
      `another ${target.level} now. ${what} If it is the right one, \`pulumi refresh\` shows what it holds and takes it over.`,
  );
}

export function madeAnew({ level, container }: ProtectionTarget): string {
  return `every entry has another id than before: the protection was made anew by hand, or ${container} is another ${level} now. Look before the next \`pulumi up\` or \`destroy\`.`;
}

export function legacyCount(target: ProtectionTarget, count: number): UserError {
  return new UserError(
    `${label(target)} still has the legacy required_approval_count ${count}, and any update through GitLab's API resets it to 0. ` +
      `Declare who must approve in \`approvalRules\`, which takes its place. Nothing was changed.`,
  );
}

/** Rules for users and groups, of which GitLab may leave out every one. */
export function legacyCountAtRisk(
  target: ProtectionTarget,
  count: number,
  risk: "narrowing" | "rule",
): UserError {
  const end =
    target.level === "group"
      ? "any update through GitLab's API resets it to 0"
      : "it stops counting with the first rule";
  const lost =
    risk === "narrowing"
      ? "leaves inherited members of a group among those who may deploy without a word. First declare the rules, with " +
        "`groupInheritanceType` in `deployAccessLevels` as it is; the change of it"
      : "leaves out a rule for a user or group without a word. First declare only rules for access levels, such as " +
        `{ accessLevel: 40, requiredApprovals: ${count} }, which it cannot leave out; the others`;
  return new UserError(
    `${label(target)} still has the legacy required_approval_count ${count}, and ${end}, ` +
      `also where GitLab ${lost} in the next \`pulumi up\`. Nothing was changed.`,
  );
}

/** The parent answers, and yet there are no protected environments: the routes are missing on the free edition. */
export function unavailable({ level, container }: ProtectionTarget, error: Error): UserError {
  return new UserError(
    `${error.message} The ${level} ${container} is there, but not its protected environments: they need GitLab Premium or Ultimate.`,
  );
}

export function beingEdited(target: ProtectionTarget): string {
  return `${label(target)}: its entries keep changing while they are being set; somebody else is editing them.`;
}

/** GitLab leaves an element with an unqualified user or group out and still reports success. One sentence for each of them. */
export function droppedEntries(
  target: ProtectionTarget,
  lost: EntryLists<string>,
  wanted: EntryLists<ApprovalRule>,
): string[] {
  return LISTS.flatMap((list) =>
    wanted[list].flatMap((entry) => {
      const { kind, value } = toEntry(entry);
      if (!lost[list].includes(subjectKey({ kind, value }))) return [];
      return [
        `${label(target)}: GitLab left ${describeSubject(entry)} out of ${list} without a word. ${cause(target, kind)}`,
      ];
    }),
  );
}

/** What somebody did by hand since the last operation, as the lines under the stack name it. */
export function handMade(
  target: ProtectionTarget,
  byHand: ByHand,
  wanted: EntryLists<ApprovalRule>,
): string[] {
  const later = "it is left as it is, and the next preview shows what changes it";
  const name = (entry: LiveEntry, list: ListName): string => {
    const same = wanted[list].find((one) => subjectKey(toEntry(one)) === subjectKey(entry));
    return same ? describeSubject(same) : describeSubject(fromEntry(entry, list));
  };
  return [
    ...byHand.left.approvalRules.map(
      (rule) =>
        `${label(target)}: somebody made the approvals stricter by hand (${name(rule, "approvalRules")} ×${rule.requiredApprovals}); ${later}.`,
    ),
    ...byHand.left.deployAccessLevels.map(
      (entry) =>
        `${label(target)}: by hand, only direct members of ${name(entry, "deployAccessLevels")} may deploy; ${later}.`,
    ),
    ...byHand.missing.map((entry) => {
      const declared = wanted.deployAccessLevels.find(
        (one) => subjectKey(toEntry(one)) === subjectKey(entry),
      );
      return `${label(target)}: ${describeSubject(declared ?? {})} can no longer deploy, by hand or because they left; ${later}.`;
    }),
  ];
}

/** Deployers that nobody declared, removed as soon as an answer showed them. */
export function strangersGone(target: ProtectionTarget, strangers: readonly LiveEntry[]): string[] {
  const others = strangers.filter((entry) => subjectKey(entry) !== subjectKey(ADMINISTRATORS));
  return others.map(
    (entry) =>
      `${label(target)}: ${describeSubject(fromEntry(entry, "deployAccessLevels"))} could deploy without being declared here, and was removed.`,
  );
}

/** Why a PUT or POST would leave the protection without anyone who may deploy; undefined where only roles were sent. */
export function nobodyQualifies(
  target: ProtectionTarget,
  sent: NestedBody,
  wanted: EntryLists<ApprovalRule>,
): string | undefined {
  const keys = new Set(
    (sent.deploy_access_levels ?? []).filter((one) => !one._destroy).map((one) => subjectKey(subjectIn(one))),
  );
  const doubtful = wanted.deployAccessLevels.filter((entry) => {
    const subject = toEntry(entry);
    return subject.kind !== "role" && keys.has(subjectKey(subject));
  });
  if (doubtful.length === 0) return undefined;
  const kinds = new Set(doubtful.map((entry) => toEntry(entry).kind));
  const causes = [...kinds].map((kind) => cause(target, kind)).join(" ");
  const names = doubtful.map(describeSubject).join(", ");
  return `Probably GitLab left ${names} out of deployAccessLevels without a word, and nobody remained. ${causes}`;
}

/** https://docs.gitlab.com/ci/environments/protected_environments/ names who can be given access at each level. */
function cause({ level, container }: ProtectionTarget, kind: SubjectKind): string {
  if (kind === "role") return "This GitLab version may not know this access level.";
  if (level === "group") {
    return kind === "group"
      ? `Only ${container} itself, its subgroups and groups it is shared with qualify.`
      : `Only members of ${container} with the Maintainer or Owner role qualify.`;
  }
  return kind === "group"
    ? `Only groups invited to the project ${container} itself qualify, not its parent group nor groups invited there.`
    : `Only users with at least the Developer role in ${container} qualify.`;
}
