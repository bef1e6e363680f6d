import type * as pulumi from "@pulumi/pulumi";

import { open, type Schema } from "../../fields/schema";
import { checkEntries } from "./checks";
import type { AccessEntry, ApprovalRule as DeclaredRule } from "./entries";
import type { AccessLevel, GroupInheritanceType, ListName } from "./subjects";
import { sameSet } from "./declaration";
import type { StoredEntry } from "./state";

/** The two lists of a protection: what a program writes, and what GitLab holds. */

/** The five ways to say who. */
interface Who {
  /** Everyone with at least this role: `AccessLevel.Developer` (30), `Maintainer` (40) or `Admin` (60). */
  accessLevel: pulumi.Input<AccessLevel>;
  /**
   * Numeric id of a user, also as the digits that other providers give. For a group's protection: a Maintainer or Owner of
   * the group; for a project's: at least Developer. GitLab silently leaves out anyone else; that is reported as a failure.
   */
  userId: pulumi.Input<number | string>;
  /** Name of a user, without `@`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  username: pulumi.Input<string>;
  /**
   * Numeric id of a group, also as the digits that other providers give. For a group's protection: the group itself, a
   * subgroup or a group it is shared with; for a project's: a group invited to that project. GitLab silently leaves out any
   * other; that is reported as a failure.
   */
  groupId: pulumi.Input<number | string>;
  /** Full path of a group, `acme/qa`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  groupPath: pulumi.Input<string>;
}

/** One of them, and none of the others. */
type By<Name extends keyof Who> = Pick<Who, Name> & { [Other in Exclude<keyof Who, Name>]?: never };

/** Which members of a group count. */
interface Inheriting {
  /** `GroupInheritanceType.Direct` (0, default) or `All` (1), which counts inherited members too. */
  groupInheritanceType?: pulumi.Input<GroupInheritanceType>;
}
/** Nobody but a group has members. */
interface NotInheriting {
  groupInheritanceType?: never;
}

// With names of their own, for what the compiler says of a wrong entry.
interface WithRole extends By<"accessLevel">, NotInheriting {}
interface UserById extends By<"userId">, NotInheriting {}
interface UserByName extends By<"username">, NotInheriting {}
interface GroupById extends By<"groupId">, Inheriting {}
interface GroupByPath extends By<"groupPath">, Inheriting {}

/** How many must approve, where there can be several. */
interface Counted {
  /** How many of them must approve: 1 (default) to 5; of a user 1. */
  requiredApprovals?: pulumi.Input<number>;
}

/** One person approves once. */
interface CountedOnce {
  /** A user approves once: nothing but 1 (default) could ever be reached. */
  requiredApprovals?: pulumi.Input<1>;
}

/** Someone who may deploy. Exactly one of `accessLevel`, `userId`, `username`, `groupId` and `groupPath` says who. */
export type DeployAccessLevelArgs = (WithRole | UserById | UserByName | GroupById | GroupByPath) & {
  requiredApprovals?: never;
};

/**
 * Someone who must approve each deployment. Exactly one of `accessLevel`, `userId`, `username`, `groupId` and `groupPath` says
 * who. All rules of the project and of every group above it must be met.
 */
export type ApprovalRuleArgs =
  ((WithRole | GroupById | GroupByPath) & Counted) | ((UserById | UserByName) & CountedOnce);

/** An entry as GitLab holds it. */
export interface DeployAccessLevel extends AccessEntry {
  /** GitLab's id of the entry; kept as long as its subject stays declared. 0 while no answer has confirmed it. */
  id: number;
}

/** An approval rule as GitLab holds it. */
export interface ApprovalRule extends DeployAccessLevel {
  /** How many of them must approve: 1 to 5. */
  requiredApprovals: number;
}

type EntryList<A> = Schema<DeclaredRule[], never, pulumi.Input<pulumi.Input<A>[]>>;

function entryList<A>(list: ListName): EntryList<A> {
  return {
    type: { kind: "list", of: { kind: "anything" } },
    faults: (value) => [...checkEntries(value, list).failures],
    normalise: (value) => checkEntries(value, list).value,
    same: (stored, now) => sameSet(stored as StoredEntry[], now as StoredEntry[]),
    ...open,
  };
}

export const deployerList: EntryList<DeployAccessLevelArgs> = entryList("deployAccessLevels");
export const ruleList: EntryList<ApprovalRuleArgs> = entryList("approvalRules");
