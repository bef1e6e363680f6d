/** What the command line knows about who may do what; everything it prints is made of this. */

import type { Tier } from "../lifecycle/environment/tiers";

/** Somebody who may deploy. */
export interface Subject {
  readonly kind: "role" | "user" | "group";
  /** The access level, the user's id or the group's id. */
  readonly id: number;
  /** `Maintainers and above`, `dana`, `acme/qa`; the id where the name cannot be looked up. */
  readonly name: string;
  /** Beside a group: inherited members count too. */
  readonly inherited: boolean;
  /** How many active people that is; absent where this token cannot count them. */
  readonly people?: number;
  /** A user that is a bot or a service account, or a group whose members all are. */
  readonly bot?: boolean;
  /** A user who cannot act: blocked, deactivated, deleted. */
  readonly left?: string;
}

/** Somebody who must approve. */
export interface ApprovalSubject extends Subject {
  readonly required: number;
}

/** The rules of one group for a tier, or of one project for an environment. */
export interface RuleSet {
  readonly level: "group" | "project";
  /** Full path of the group or project. */
  readonly container: string;
  /** The tier or the environment's name. */
  readonly name: string;
  readonly deploy: readonly Subject[];
  readonly approvals: readonly ApprovalSubject[];
  /** Approvals from before approval rules; 0 where there are none. */
  readonly legacyCount: number;
}

/** An environment with every rule that covers it: all of them must allow a deployment, and their approvals add up. */
export interface MatrixRow {
  readonly project: string;
  readonly environment: string;
  readonly tier: Tier;
  readonly state: string;
  readonly url: string | undefined;
  /** From the outermost group to the project. */
  readonly rules: readonly RuleSet[];
  /** False where this token may not read all the rules that may cover it. */
  readonly readable: boolean;
  /** Indices into the findings that concern it. */
  readonly findings: readonly number[];
}

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that somebody should look at. */
export interface Finding {
  /** One word that never changes, such as `unprotected`. */
  readonly code: string;
  readonly severity: Severity;
  /** Path of the group or project that it is about. */
  readonly container: string;
  /** Tier or environment that it is about, where it is about one. */
  readonly name: string | undefined;
  /** What is the matter and why it matters. */
  readonly reason: string;
  /** What to do. */
  readonly fix: string;
}

/** The effective approval matrix. */
export interface Matrix {
  readonly baseUrl: string;
  /** The group or projects that were asked for. */
  readonly scope: string;
  readonly generatedAt: Date;
  readonly projects: number;
  readonly rows: readonly MatrixRow[];
  readonly findings: readonly Finding[];
}
