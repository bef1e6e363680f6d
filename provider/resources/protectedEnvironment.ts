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
import {
  createProtection,
  deleteProtection,
  type ProtectionOutcome,
  readProtection,
  updateProtection,
} from "../lifecycle/access/reconcile";
import { describeChange } from "../lifecycle/access/ruleChanges";
import { connectionField, container, flag, required } from "../lifecycle/rules";

/** Roles that can be given access as a whole. https://docs.gitlab.com/api/protected_environments/#valid-access-levels */
export const AccessLevel = { Developer: 30, Maintainer: 40, Admin: 60 } as const;
export type AccessLevel = (typeof AccessLevel)[keyof typeof AccessLevel];

/** Who counts as a group's member. https://docs.gitlab.com/api/protected_environments/#group-inheritance-types */
export const GroupInheritanceType = { Direct: 0, All: 1 } as const;
export type GroupInheritanceType = (typeof GroupInheritanceType)[keyof typeof GroupInheritanceType];

/** Someone who may deploy. Exactly one of `accessLevel`, `userId`, `username`, `groupId` and `groupPath` says who. */
export interface DeployAccessLevelArgs {
  /** Everyone with at least this role: `AccessLevel.Developer` (30), `Maintainer` (40) or `Admin` (60). */
  accessLevel?: pulumi.Input<AccessLevel>;
  /**
   * Numeric id of a user. For a group's protection: a Maintainer or Owner of the group; for a project's: at least Developer.
   * GitLab silently leaves out anyone else; that is reported as a failure.
   */
  userId?: pulumi.Input<number>;
  /** Name of a user, without `@`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  username?: pulumi.Input<string>;
  /**
   * Numeric id of a group. For a group's protection: the group itself, a subgroup or a group it is shared with; for a
   * project's: a group invited to that project. GitLab silently leaves out any other; that is reported as a failure.
   */
  groupId?: pulumi.Input<number>;
  /** Full path of a group, `acme/qa`; looked up once, when it is new in the declaration. A rename in GitLab changes nothing here. */
  groupPath?: pulumi.Input<string>;
  /** Beside a group: `GroupInheritanceType.Direct` (0, default) or `All` (1), which counts inherited members too. */
  groupInheritanceType?: pulumi.Input<GroupInheritanceType>;
}

/** Someone who must approve each deployment. All rules of the project and of every group above it must be met. */
export interface ApprovalRuleArgs extends DeployAccessLevelArgs {
  /** How many of them must approve: 1 (default) to 5; 1 for a user, who approves once. */
  requiredApprovals?: pulumi.Input<number>;
}

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
  /** Who may deploy, at least one entry; a set, so their order means nothing. This list is all there is: others are removed. */
  deployAccessLevels: pulumi.Input<pulumi.Input<DeployAccessLevelArgs>[]>;
  /** Who must approve; a set. This list is all there is: others are removed. Default: nobody. */
  approvalRules?: pulumi.Input<pulumi.Input<ApprovalRuleArgs>[]>;
  /** Take over a protection that exists, and bring it to what is declared, instead of failing. Only looked at by create. Default: false. */
  adopt?: pulumi.Input<boolean>;
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
type Inputs = Props & Declaration & { name: string; adopt?: boolean };

/** The one life cycle of both levels; they differ in the path, in what `name` may be and in who qualifies. */
export function protectionLifecycle(kind: string, level: ContainerKind, name: Field): Lifecycle {
  const target = (props: Props): ProtectionTarget => ({
    level,
    container: String(props[level]),
    name: String(props["name"]),
  });

  return {
    kind,
    fields: {
      [level]: container(level),
      name: required(name),
      deployAccessLevels: required(entries("deployAccessLevels")),
      approvalRules: entries("approvalRules"),
      adopt: flag("creation"),
      connection: connectionField,
    },
    named: { container: level, name: "name" },
    numbers: (_id, outs) => numbersIn(storedIn(outs)),
    declared,
    describe: (label, olds, news) => describeChange(label, storedIn(olds), news as Inputs),

    async create(context, rawInputs) {
      const inputs = rawInputs as Inputs;
      const client = context.client(inputs);
      const wanted = await resolveNames(inputs, undefined, namesOf(client));
      const outcome = await createProtection(client, target(inputs), wanted, inputs.adopt === true);
      const id = label(target(inputs));
      return { id, outs: toOutputs(id, inputs, outcome) };
    },

    async read(context, id, props) {
      const [spelling, name] = splitId(id, `${level}:name`);
      const { adopt: _, ...kept } = { [level]: spelling, name, ...declared(props) };
      // `get` passes nothing but the connection.
      const known = props["deployAccessLevels"] === undefined ? undefined : storedIn(props);
      const stored = await readProtection(context.client(props), target(kept), known);
      if (stored === undefined) return undefined;
      const { approvalRules: _none, ...inputs } = kept as Props;
      return { outs: { ...kept, ...fromStored(stored) }, inputs: { ...inputs, ...toDeclared(stored) } };
    },

    async update(context, id, olds, rawNews) {
      const news = rawNews as Inputs;
      const client = context.client(news);
      const stored = storedIn(olds);
      const wanted = await resolveNames(news, stored, namesOf(client));
      const outcome = await updateProtection(client, target(news), wanted, stored, news.adopt === true);
      return toOutputs(id, news, outcome);
    },

    async delete(context, id, props) {
      const client = context.client(props);
      const outcome = await deleteProtection(client, target(props), storedIn(props));
      if (outcome === "deleted") return;
      context.say(
        `${id}: not deleted, only forgotten. Its creation was never confirmed, and it now holds entries that were never declared here.`,
      );
    },
  };
}

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
  return {
    deployAccessLevels: (olds["deployAccessLevels"] ?? []) as StoredEntry[],
    approvalRules: (olds["approvalRules"] ?? []) as StoredEntry[],
    requiredApprovalCount: (olds["requiredApprovalCount"] ?? 0) as number,
    ...(olds["__unconfirmed"] === true ? { unconfirmed: true } : {}),
  };
}

/** GitLab's numbers of the entries, which hang on one protection whatever its group or project is called. */
function numbersIn({ deployAccessLevels, approvalRules }: StoredProtection): string[] {
  const numbered = (list: string, entries: readonly StoredEntry[]): string[] =>
    entries.flatMap(({ id }) => (id === undefined ? [] : [`${list} ${id}`]));
  return [...numbered("deployer", deployAccessLevels), ...numbered("rule", approvalRules)];
}

/** `__unconfirmed` is hidden from the engine's output by its underscores. */
function fromStored({ unconfirmed, ...stored }: StoredProtection): Props {
  return { ...stored, ...(unconfirmed ? { __unconfirmed: true } : {}) };
}

function toOutputs(id: string, inputs: Props, { stored, reasons }: ProtectionOutcome): Props {
  const { adopt: _, ...kept } = inputs;
  const outs = { ...kept, ...fromStored(stored) };
  if (reasons.length > 0) throw new PartialFailure(id, outs, ...reasons);
  return outs;
}
