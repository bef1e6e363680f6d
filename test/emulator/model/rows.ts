/** What the emulator stores. What it shows is made of these in `entities/`. */

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
  /** Projects whose job tokens may reach this one, besides itself. */
  jobTokenAllowlist: Set<number>;
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
  groupInheritanceType: number;
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

export type DeploymentStatus =
  "created" | "running" | "success" | "failed" | "canceled" | "skipped" | "blocked";

export interface ApprovalRow {
  id: number;
  userId: number;
  status: "approved" | "rejected";
  comment: string | null;
  ruleId: number | null;
  createdAt: Date;
}

export interface DeploymentRow {
  id: number;
  iid: number;
  projectId: number;
  environmentId: number;
  ref: string;
  sha: string;
  tag: boolean;
  status: DeploymentStatus;
  userId: number;
  /** The CI job that made it; null for deployments made through the API. */
  jobId: number | null;
  approvals: ApprovalRow[];
  mergeRequestIds: number[];
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

export interface PipelineVariable {
  key: string;
  value: string;
  variable_type: "env_var" | "file";
}

export interface PipelineRow {
  id: number;
  iid: number;
  projectId: number;
  ref: string;
  sha: string;
  tag: boolean;
  status: string;
  source: string;
  name: string | null;
  userId: number;
  variables: PipelineVariable[];
  inputs: Record<string, unknown>;
  coverage: number | null;
  yamlErrors: string | null;
  outcome: PipelineOutcome;
  /** How many more reads until the next status. */
  readsLeft: number;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface JobRow {
  id: number;
  projectId: number;
  pipelineId: number;
  name: string;
  stage: string;
  status: string;
  bridge: boolean;
  /** The pipeline that a bridge job started. */
  downstreamId: number | null;
  retried: boolean;
  allowFailure: boolean;
  userId: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface TestCase {
  name: string;
  status: "success" | "failed" | "skipped" | "error";
  classname?: string;
  seconds?: number;
  output?: string;
}

/** What becomes of a project's pipelines, as data. */
export interface PipelineOutcome {
  /** The status it ends in; `running` or `manual` never finish. Default `success`. */
  status: string;
  /** Reads of the pipeline per step on the way created → pending → running → end; 0 ends at once. Default 1. */
  readsPerStep: number;
  /** Refuses the creation with this sentence (HTTP 400, key `base`). */
  createError?: string;
  /** How often `createError` is answered; default always. */
  createErrorTimes?: number;
  jobs?: readonly { name: string; stage?: string; bridge?: boolean; allowFailure?: boolean }[];
  coverage?: number;
  /** What a retry comes to; default `success`. */
  retryStatus?: string;
  /** The runner cancels gracefully: `canceling` until the next read. */
  gracefulCancel?: boolean;
  testSuites?: readonly { name: string; cases: readonly TestCase[] }[];
}

export interface MergeRequestRow {
  id: number;
  iid: number;
  projectId: number;
  title: string;
  description: string;
  state: "opened" | "closed" | "locked" | "merged";
  sourceBranch: string;
  targetBranch: string;
  authorId: number;
  labels: readonly string[];
  createdAt: Date;
  updatedAt: Date;
}

export interface NoteRow {
  id: number;
  projectId: number;
  mergeRequestId: number;
  authorId: number;
  body: string;
  createdAt: Date;
  updatedAt: Date;
}
