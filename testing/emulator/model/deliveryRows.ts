/** Stored deployments, pipelines and merge requests. */

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
  /** The fork it comes from; else the source branch is in the project itself. */
  sourceProjectId?: number;
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
