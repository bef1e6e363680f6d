import { type ApprovalRule, type EntryLists, subjectKey, type SubjectKind, toEntry } from "./accessEntries";
import { describeSubject, type ListName } from "./accessSubjects";
import type { ContainerKind } from "../containers";
import { UserError } from "../errors";
import type { NestedBody, NestedOperation, Plan } from "./planner";
import { LISTS } from "./protectionState";

/** One protection: the group and a tier, or the project and an environment's name. */
export interface ProtectionTarget {
  readonly level: ContainerKind;
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

export function legacyCount(target: ProtectionTarget, count: number): UserError {
  return new UserError(
    `${label(target)} still has the legacy required_approval_count ${count}, and any update through GitLab's API resets it to 0. ` +
      `Declare who must approve in \`approvalRules\`, which takes its place. Nothing was changed.`,
  );
}

export function legacyCountGone(target: ProtectionTarget, count: number): string {
  return `${label(target)}: the same request reset the legacy required_approval_count ${count} to 0, so fewer may have to approve now.`;
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

/**
 * GitLab leaves an element with an unqualified user or group out and still reports success. One sentence for each element
 * of `sent` that the plan made from the answer would have to send again.
 */
export function droppedEntries(
  target: ProtectionTarget,
  sent: NestedBody,
  again: Plan,
  wanted: EntryLists<ApprovalRule>,
): string[] {
  return LISTS.flatMap((list) => {
    const missing = new Set([...written(again.now, list), ...written(again.later, list)]);
    const lost = new Set(written(sent, list).filter((key) => missing.has(key)));
    return wanted[list].flatMap((entry) => {
      const { kind, value } = toEntry(entry);
      if (!lost.has(subjectKey({ kind, value }))) return [];
      return [
        `${label(target)}: GitLab left ${describeSubject(entry)} out of ${list} without a word. ${cause(target, kind)}`,
      ];
    });
  });
}

/** Why a PUT or POST would leave the protection without anyone who may deploy; undefined where only roles were sent. */
export function nobodyQualifies(
  target: ProtectionTarget,
  sent: NestedBody,
  wanted: EntryLists<ApprovalRule>,
): string | undefined {
  const keys = new Set(written(sent, "deployAccessLevels"));
  const doubtful = wanted.deployAccessLevels.filter((entry) => {
    const subject = toEntry(entry);
    return subject.kind !== "accessLevel" && keys.has(subjectKey(subject));
  });
  if (doubtful.length === 0) return undefined;
  const kinds = new Set(doubtful.map((entry) => toEntry(entry).kind));
  const causes = [...kinds].map((kind) => cause(target, kind)).join(" ");
  const names = doubtful.map(describeSubject).join(", ");
  return `Probably GitLab left ${names} out of deployAccessLevels without a word, and nobody remained. ${causes}`;
}

/** https://docs.gitlab.com/ci/environments/protected_environments/ names who can be given access at each level. */
function cause({ level, container }: ProtectionTarget, kind: SubjectKind): string {
  if (kind === "accessLevel") return "This GitLab version may not know this access level.";
  if (level === "group") {
    return kind === "group"
      ? `Only ${container} itself, its subgroups and groups it is shared with qualify.`
      : `Only members of ${container} with the Maintainer or Owner role qualify.`;
  }
  return kind === "group"
    ? `Only groups invited to the project ${container} itself qualify, not its parent group nor groups invited there.`
    : `Only users with at least the Developer role in ${container} qualify.`;
}

/** The subjects of a body's elements that set something. */
function written(body: NestedBody, list: ListName): string[] {
  const operations = list === "approvalRules" ? body.approval_rules : body.deploy_access_levels;
  return (operations ?? []).filter((operation) => !operation._destroy).map(operationKey);
}

function operationKey({ access_level, user_id, group_id }: NestedOperation): string {
  if (user_id !== undefined) return subjectKey({ kind: "user", value: user_id });
  if (group_id !== undefined) return subjectKey({ kind: "group", value: group_id });
  return subjectKey({ kind: "accessLevel", value: access_level ?? 0 });
}
