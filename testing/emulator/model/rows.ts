/** What the emulator stores. What it shows is made of these in `entities/`. */

import type { PipelineOutcome } from "./deliveryRows";

export type * from "./deliveryRows";

/** https://docs.gitlab.com/development/permissions/predefined_roles/ */
export const Role = { Guest: 10, Reporter: 20, Developer: 30, Maintainer: 40, Owner: 50 } as const;

export type Visibility = "private" | "internal" | "public";

export interface UserRow {
  id: number;
  username: string;
  /** The display name, which access level descriptions show. */
  name: string;
  email: string;
  state: "active" | "blocked";
  admin: boolean;
  bot: boolean;
  createdAt: Date;
}

export interface GroupRow {
  id: number;
  parentId: number | null;
  path: string;
  name: string;
  description: string;
  visibility: Visibility;
  createdAt: Date;
}

/** Who may push or merge to a branch, hence run pipelines for it. */
export interface ProtectedRef {
  name: string;
  /** The least role; 0 is no one. */
  level: number;
}

export interface ProjectRow {
  id: number;
  groupId: number;
  path: string;
  name: string;
  description: string;
  visibility: Visibility;
  defaultBranch: string;
  archived: boolean;
  /** False: CI/CD is switched off in the project's settings. */
  ciEnabled: boolean;
  /** False: environments are switched off in the project's settings. */
  environmentsEnabled: boolean;
  /** False: there is no `.gitlab-ci.yml`, so a pipeline cannot be created. */
  ciConfig: boolean;
  publicPipelines: boolean;
  /** The setting "Allow pipeline triggerer to approve deployment". */
  selfApproval: boolean;
  /** The least role that may set pipeline variables; 0 is no one. */
  variablesRole: number;
  branches: Map<string, string>;
  tags: Map<string, string>;
  commits: Set<string>;
  protectedRefs: ProtectedRef[];
  /** Projects whose job tokens may reach this one, besides itself, and what they may do here. */
  jobTokenAllowlist: Map<number, readonly string[] | "all">;
  outcome: PipelineOutcome;
  createdAt: Date;
}

export interface ContainerRef {
  kind: "group" | "project";
  id: number;
}

export interface MemberRow {
  id: number;
  source: ContainerRef;
  userId: number;
  level: number;
  createdAt: Date;
  expiresAt: string | null;
}

/** A group invited to a project, or a group that another group is shared with. */
export interface ShareRow {
  id: number;
  source: ContainerRef;
  groupId: number;
  level: number;
  expiresAt: string | null;
}

export type TokenKind = "personal" | "project" | "group" | "oauth" | "job" | "deploy";

export interface TokenRow {
  id: number;
  value: string;
  kind: TokenKind;
  name: string;
  userId: number;
  scopes: readonly string[];
  expiresAt: Date | null;
  revoked: boolean;
  /** For granular personal tokens: what it may do; null for tokens with ordinary scopes. */
  permissions: readonly string[] | null;
  /** For job tokens: the project whose job holds it. */
  jobProjectId: number | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export interface AgentRow {
  id: number;
  name: string;
  projectId: number;
  /** Other projects that the agent's configuration authorises. */
  authorizedProjectIds: readonly number[];
  createdByUserId: number;
  createdAt: Date;
}

export type EnvironmentState = "available" | "stopping" | "stopped";
export type AutoStopSetting = "always" | "with_action";

export interface EnvironmentRow {
  id: number;
  projectId: number;
  name: string;
  slug: string;
  externalUrl: string | null;
  tier: string;
  description: string | null;
  state: EnvironmentState;
  autoStopSetting: AutoStopSetting;
  autoStopAt: Date | null;
  agentId: number | null;
  kubernetesNamespace: string | null;
  fluxResourcePath: string | null;
  /** Set by review-app clean-up: when the environment will be deleted. */
  deleteAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** An `on_stop` job: what a stop has to play, and what it comes to. */
export interface StopJobRow {
  id: number;
  environmentId: number;
  state: "manual" | "running" | "success" | "failed";
  /** How many more reads of the environment until it finishes; null waits for the back door. */
  readsLeft: number | null;
}

/** One deploy access level or approval rule. Exactly one of the three subjects is not null in a sound row. */
export interface AccessRow {
  id: number;
  accessLevel: number | null;
  userId: number | null;
  groupId: number | null;
  /** 0 direct members, 1 inherited ones too; null only while a request is checked. */
  groupInheritanceType: number | null;
}

export interface ApprovalRuleRow extends AccessRow {
  requiredApprovals: number;
}

export interface ProtectionRow {
  id: number;
  container: ContainerRef;
  name: string;
  /** The dead whole-environment count; only old rows hold more than 0. */
  requiredApprovalCount: number;
  levels: AccessRow[];
  rules: ApprovalRuleRow[];
  updatedAt: Date;
}
