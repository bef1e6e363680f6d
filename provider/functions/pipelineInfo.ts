import type { UserInfo } from "./people";

/** A pipeline, as lists answer it. https://docs.gitlab.com/api/pipelines/ */
export interface PipelineInfo {
  id: number;
  /** Counts within the project. */
  iid: number;
  projectId: number;
  sha: string;
  /** Branch or tag; of a merge request such as `refs/merge-requests/12/head`. */
  ref: string;
  /** A `PipelineStatus`, or what a newer GitLab adds to them. */
  status: string;
  /** What started it: `push`, `web`, `api`, `schedule`, … */
  source: string;
  /** ISO 8601, as every time here. */
  createdAt: string;
  updatedAt: string;
  webUrl: string;
  /** Null where none was set. Absent in the answers of retry and cancel. */
  name?: string | null;
}

/** A pipeline with all that GitLab says about it. */
export interface PipelineDetails extends PipelineInfo {
  /** The commit before, for pipelines of pushes. */
  beforeSha: string | null;
  tag: boolean;
  /** What is wrong with the YAML; null where nothing is. */
  yamlErrors: string | null;
  user: UserInfo | null;
  startedAt: string | null;
  finishedAt: string | null;
  committedAt: string | null;
  /** Seconds of work. */
  duration: number | null;
  /** Seconds before the first job ran. */
  queuedDuration: number | null;
  /** Percentage as text with two decimals, `"30.00"`. */
  coverage: string | null;
  detailedStatus: PipelineStatusInfo;
  /** The newest GitLab versions only. */
  archived?: boolean;
}

/** A status as GitLab's pages show it. */
export interface PipelineStatusInfo {
  icon: string;
  text: string;
  label: string;
  group: string;
  tooltip: string | null;
  hasDetails: boolean;
  detailsPath: string | null;
  illustration: Record<string, unknown> | null;
  favicon: string;
}

/** A variable that a pipeline was started with. */
export interface PipelineVariableInfo {
  /** `env_var` or `file`. */
  variableType: string;
  key: string;
  value: string;
  /** Whether references to other variables in the value are left alone. */
  raw?: boolean;
}
