import type * as pulumi from "@pulumi/pulumi";

import type { GitLabClient } from "../gitlab/request/client";
import { lookupsFor } from "../gitlab/reads/lookups";
import { checkEntries } from "../lifecycle/access/accessChecks";
import type { ListName } from "../lifecycle/access/accessSubjects";
import type { ContainerKind } from "../lifecycle/containers";
import { type Declaration, type NameLookup, resolveNames, sameSet } from "../lifecycle/access/declaration";
import { PartialFailure } from "../lifecycle/errors";
import type { Field, Props } from "../lifecycle/fields";
import { splitId } from "../lifecycle/ids";
import { type StoredEntry, type StoredProtection, toDeclared } from "../lifecycle/access/protectionState";
import { label, type ProtectionTarget } from "../lifecycle/access/protectionWords";
import type { Lifecycle } from "../lifecycle/provider";
import type { EntryLists, ApprovalRule as SentRule } from "../lifecycle/access/accessEntries";
import { deleteProtection, type ProtectionPlace, readProtection } from "../lifecycle/access/protectionCalls";
import {
  type Adopt,
  createProtection,
  type ProtectionOutcome,
  updateProtection,
} from "../lifecycle/access/reconcile";
import { describeChange } from "../lifecycle/access/ruleChanges";
import { connectionField, container, required } from "../lifecycle/rules";
import type { Context } from "../lifecycle/context";

/** Roles that can be given access as a whole. https://docs.gitlab.com/api/protected_environments/#valid-access-levels */
export const AccessLevel = { Developer: 30, Maintainer: 40, Admin: 60 } as const;
export type AccessLevel = (typeof AccessLevel)[keyof typeof AccessLevel];

/** Who counts as a group's member. https://docs.gitlab.com/api/protected_environments/#group-inheritance-types */
export const GroupInheritanceType = { Direct: 0, All: 1 } as const;
export type GroupInheritanceType = (typeof GroupInheritanceType)[keyof typeof GroupInheritanceType];

/** Everyone with a role. */
interface WithRole {
  /** Everyone with at least this role: `AccessLevel.Developer` (30), `Maintainer` (40) or `Admin` (60). */
  accessLevel: pulumi.Input<AccessLevel>;
  userId?: never;
  username?: never;
  groupId?: never;
  groupPath?: never;
  groupInheritanceType?: never;
}

/** One user, by number. */
interface UserById {
  /**
   * Numeric id of a user, also as the digits that other providers give. For a group's protection: a Maintainer or Owner of
   * the group; for a project's: at least Developer. GitLab silently leaves out anyone else; that is reported as a failure.
   */
  userId: pulumi.Input<number | string>;
  accessLevel?: never;
  username?: never;
  groupId?: never;
  groupPath?: never;
  groupInheritanceType?: never;
}

/** One user, by name. */
interface UserByName {
  /** Name of a user, without `@`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  username: pulumi.Input<string>;
  accessLevel?: never;
  userId?: never;
  groupId?: never;
  groupPath?: never;
  groupInheritanceType?: never;
}

/** The members of a group. */
interface OfGroup {
  /** `GroupInheritanceType.Direct` (0, default) or `All` (1), which counts inherited members too. */
  groupInheritanceType?: pulumi.Input<GroupInheritanceType>;
  accessLevel?: never;
  userId?: never;
  username?: never;
}

/** One group, by number. */
interface GroupById extends OfGroup {
  /**
   * Numeric id of a group, also as the digits that other providers give. For a group's protection: the group itself, a
   * subgroup or a group it is shared with; for a project's: a group invited to that project. GitLab silently leaves out any
   * other; that is reported as a failure.
   */
  groupId: pulumi.Input<number | string>;
  groupPath?: never;
}

/** One group, by path. */
interface GroupByPath extends OfGroup {
  /** Full path of a group, `acme/qa`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  groupPath: pulumi.Input<string>;
  groupId?: never;
}

/** How many must approve, where there can be several. */
interface Counted {
  /** How many of them must approve: 1 (default) to 5. */
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
export interface DeployAccessLevel {
  /** GitLab's id of the entry; kept as long as its subject stays declared. */
  id: number;
  accessLevel?: number;
  userId?: number;
  /** The declared name, where one was declared. */
  username?: string;
  groupId?: number;
  /** The declared path, where one was declared. */
  groupPath?: string;
  groupInheritanceType?: number;
}

export interface ApprovalRule extends DeployAccessLevel {
  requiredApprovals: number;
}

/** What the protections of groups and projects have in common. */
export interface ProtectionArgs {
  /**
   * Who may deploy, at least one entry; a set, so their order means nothing. This list is all there is: a deployer who was
   * added by hand is removed by the next write, which says so.
   */
  deployAccessLevels: pulumi.Input<pulumi.Input<DeployAccessLevelArgs>[]>;
  /**
   * Who must approve; a set. Default: nobody. What was made stricter by hand (a rule of its own, a higher count) is left by an
   * update that did not announce its end; it says so, and the next preview shows the removal.
   */
  approvalRules?: pulumi.Input<pulumi.Input<ApprovalRuleArgs>[]>;
  /**
   * Take over a protection that exists, and bring it to what is declared, instead of failing. `true` refuses where that would
   * make it weaker (more deployers, fewer approvals) and names the difference; `"overwrite"` does it all the same and says
   * what it did. Only looked at by create. Default: false.
   */
  adopt?: pulumi.Input<boolean | "overwrite">;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

/** The outputs of both classes. */
export const PROTECTION_OUTPUTS = {
  name: undefined,
  deployAccessLevels: undefined,
  approvalRules: undefined,
  requiredApprovalCount: undefined,
};

/** A checked declaration. */
type Inputs = Props & Declaration & { name: string; adopt?: Adopt };

/** The one life cycle of both levels; they differ in the path, in what `name` may be and in who qualifies. */
export function protectionLifecycle(kind: string, level: ContainerKind, name: Field): Lifecycle {
  const target = (props: Props): ProtectionTarget => ({
    level,
    container: String(props[level]),
    name: String(props["name"]),
  });

  const place = (context: Context, props: Props): ProtectionPlace => ({
    client: context.client(props),
    target: target(props),
    say: (line) => context.say(line),
  });

  return {
    kind,
    fields: {
      [level]: container(level),
      name: { ...required(name), alsoCalled: ["environment"] },
      deployAccessLevels: {
        ...required(entries("deployAccessLevels")),
        alsoCalled: ["deployAccessLevel", "deployAccessLevelsAttribute", "deployAccessLevelsAttributes"],
      },
      approvalRules: {
        ...entries("approvalRules"),
        alsoCalled: ["approvalRule", "approvalRulesAttribute", "approvalRulesAttributes", ...OLD_COUNTS],
      },
      adopt: adoption,
      connection: connectionField,
    },
    named: { container: level, name: "name" },
    numbers: (_id, outs) => numbersIn(storedIn(outs)),
    declared,
    unfinished: (olds) => olds["__unconfirmed"] !== undefined,
    describe: (label, olds, news) => describeChange(label, storedIn(olds), news as Inputs),

    async create(context, rawInputs) {
      const inputs = rawInputs as Inputs;
      const at = place(context, inputs);
      const wanted = await resolveNames(inputs, undefined, namesOf(at.client));
      const outcome = await createProtection(at, wanted, inputs.adopt ?? false);
      const id = label(at.target);
      return { id, outs: toOutputs(id, inputs, outcome) };
    },

    async read(context, id, props) {
      const [spelling, name] = splitId(id, `${level}:name`);
      const { adopt: _, ...kept } = { [level]: spelling, name, ...declared(props) };
      // `get` passes nothing but the connection.
      const known = props["deployAccessLevels"] === undefined ? undefined : storedIn(props);
      const stored = await readProtection(place(context, kept), known);
      if (stored === undefined) return undefined;
      const { approvalRules: _none, ...inputs } = kept as Props;
      return { outs: { ...kept, ...fromStored(stored) }, inputs: { ...inputs, ...toDeclared(stored) } };
    },

    async update(context, id, olds, rawNews) {
      const news = rawNews as Inputs;
      const at = place(context, news);
      const stored = storedIn(olds);
      const wanted = await resolveNames(news, stored, namesOf(at.client));
      const outcome = await updateProtection(at, wanted, stored, news.adopt ?? false);
      return toOutputs(id, news, outcome);
    },

    async delete(context, id, props) {
      const outcome = await deleteProtection(place(context, props), storedIn(props));
      if (outcome === "deleted") return;
      context.say(
        `${id}: not deleted, only forgotten. Its creation was never confirmed, and what is there now is not what was sent.`,
      );
    },
  };
}

/** The one count for a whole environment that approval rules took the place of. */
const OLD_COUNTS = ["requiredApprovalCount", "requiredApprovals"];

const adoption: Field = {
  type: { kind: "either", of: [{ kind: "flag" }, { kind: "text", values: ["overwrite"] }] },
  role: "creation",
  presence: "optional",
  faults: (value, path) =>
    typeof value === "boolean" || value === "overwrite"
      ? []
      : [{ property: path, reason: `must be true, false or "overwrite", got ${JSON.stringify(value)}` }],
};

function entries(list: ListName): Field {
  return {
    type: { kind: "anything" },
    role: "setting",
    presence: "optional",
    faults: (value) => [...checkEntries(value, list).failures],
    normalise: (value) => checkEntries(value, list).value,
    same: (stored, now) => sameSet(stored as StoredEntry[], now as StoredEntry[]),
  };
}

function namesOf(client: GitLabClient): NameLookup {
  const lookups = lookupsFor(client);
  return {
    userId: (username) => lookups.userIdByUsername(username),
    groupId: (path) => lookups.groupIdByPath(path),
  };
}

/** What the last operation declared: an empty list of rules is none. */
function declared(olds: Props): Props {
  const { requiredApprovalCount: _count, __unconfirmed, approvalRules, ...rest } = olds;
  return Array.isArray(approvalRules) && approvalRules.length > 0 ? { ...rest, approvalRules } : rest;
}

function storedIn(olds: Props): StoredProtection {
  const stored: StoredProtection = {
    deployAccessLevels: (olds["deployAccessLevels"] ?? []) as StoredEntry[],
    approvalRules: (olds["approvalRules"] ?? []) as StoredEntry[],
    requiredApprovalCount: (olds["requiredApprovalCount"] ?? 0) as number,
  };
  const sent = olds["__unconfirmed"];
  if (sent === undefined) return stored;
  // States of 0.1.0 say only that, and hold as their lists what was sent.
  return { ...stored, unconfirmed: sent === true ? stored : (sent as EntryLists<SentRule>) };
}

/** GitLab's numbers of the entries, which hang on one protection whatever its group or project is called. */
function numbersIn({ deployAccessLevels, approvalRules }: StoredProtection): string[] {
  const numbered = (list: string, entries: readonly StoredEntry[]): string[] =>
    entries.flatMap(({ id }) => (id === undefined ? [] : [`${list} ${id}`]));
  return [...numbered("deployer", deployAccessLevels), ...numbered("rule", approvalRules)];
}

/** `__unconfirmed` is hidden from the engine's output by its underscores. */
function fromStored({ unconfirmed, ...stored }: StoredProtection): Props {
  return { ...stored, ...(unconfirmed ? { __unconfirmed: unconfirmed } : {}) };
}

function toOutputs(id: string, inputs: Props, { stored, reasons }: ProtectionOutcome): Props {
  const { adopt: _, ...kept } = inputs;
  const outs = { ...kept, ...fromStored(stored) };
  if (reasons.length > 0) throw new PartialFailure(id, outs, ...reasons);
  return outs;
}
