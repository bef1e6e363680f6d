/** What GitLab holds, as far as it decides who can deploy and who can approve. Plain data: nothing here asks anybody. */

import type { Level } from "../gitlab/request/paths";
import type { SubjectKind } from "../lifecycle/access/subjects";
import type { Tier } from "../lifecycle/environment/tiers";

export interface Person {
  readonly id: number;
  readonly username: string;
  /** Display name. */
  readonly name: string;
  /** A project's, group's or service account's user. */
  readonly bot: boolean;
  /** `active`, or why they cannot act: `blocked`, `deactivated`, … */
  readonly state: string;
}

/** Active members with the role that counts there; each person once, by id. Equal lists are one object. */
export type Members = readonly Member[];
export type Member = readonly [person: number, role: number];

/** A list, or why it cannot be read. */
export type Readable<T> = { readonly items: readonly T[] } | { readonly refused: string };

/** What could be read of it. */
export function itemsOf<T>(list: Readable<T>): readonly T[] {
  return "items" in list ? list.items : [];
}

/** Whom one entry of a protection names. */
export interface Subject {
  readonly kind: SubjectKind;
  /** The access level, the user's id or the group's id. */
  readonly id: number;
  /** `Maintainers and above`, `dana`, `acme/qa`; in words where it cannot be looked up. */
  readonly name: string;
  /** Beside a group: everybody with a role in it counts, not direct members alone. */
  readonly inherited: boolean;
}

/** Somebody who must approve. */
export interface ApprovalRule extends Subject {
  readonly required: number;
}

/** The rules of one group for a tier, or of one project for an environment. */
export interface RuleSet {
  readonly level: Level;
  /** Full path of the group or project. */
  readonly container: string;
  /** The tier or the environment's name. */
  readonly name: string;
  readonly deploy: readonly Subject[];
  readonly approvals: readonly ApprovalRule[];
  /** Approvals from before approval rules; 0 where there are none. */
  readonly legacyCount: number;
}

export interface EnvironmentFacts {
  readonly name: string;
  /** Also a word that this version does not know. */
  readonly tier: Tier;
  readonly state: string;
  readonly url: string | undefined;
}

export interface ProjectFacts {
  readonly id: number;
  readonly path: string;
  readonly environments: Readable<EnvironmentFacts>;
  readonly rules: Readable<RuleSet>;
  /** Everybody with a role in it, by whatever way; undefined where that cannot be read. */
  readonly members: Members | undefined;
  /** Whether who started a deployment may approve it; undefined where this GitLab does not say. */
  readonly selfApproval: boolean | undefined;
  /** Public or internal: whoever is signed in sees its deployments, and approves where a rule names them. */
  readonly open: boolean;
}

export interface GroupFacts {
  readonly id: number;
  /** Full path; undefined where it cannot be looked up. */
  readonly path: string | undefined;
  /** Only for groups above a project and the group asked for. */
  readonly rules: Readable<RuleSet> | undefined;
  /** Members of the group itself. */
  readonly direct: Members | undefined;
  /** With those of the groups above it and of groups that it is shared with. */
  readonly all: Members | undefined;
}

export interface Facts {
  readonly baseUrl: string;
  /** The group or projects that were asked for. */
  readonly scope: string;
  readonly readAt: Date;
  readonly people: ReadonlyMap<number, Person>;
  readonly projects: readonly ProjectFacts[];
  /** By id. */
  readonly groups: ReadonlyMap<number, GroupFacts>;
}

/** Who is not there has no name but the number. */
export function usernameOf({ people }: Pick<Facts, "people">, id: number): string {
  return people.get(id)?.username ?? `user ${id}`;
}

/** `acme/eu` → `acme`, `acme/eu`. */
export function withAncestors(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** Same order everywhere, whatever the machine's language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
