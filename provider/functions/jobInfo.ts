import type { PipelineInfo } from "./pipelineInfo";
import type { UserInfo } from "./people";

/** A CI job; times are ISO 8601, here and in what belongs to it. https://docs.gitlab.com/api/jobs/ */
export interface JobInfo {
  id: number;
  name: string;
  /** `created`, `running`, `success`, `failed`, `manual`, … */
  status: string;
  stage: string;
  ref: string;
  tag: boolean;
  /** Percentage; null where the job reports none. */
  coverage: number | null;
  allowFailure?: boolean;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  erasedAt?: string | null;
  /** Seconds it ran. */
  duration?: number | null;
  /** Seconds it waited for a runner. */
  queuedDuration?: number | null;
  /** Why it failed, in one word. */
  failureReason?: string;
  archived?: boolean;
  source?: string;
  user: UserInfo | null;
  commit: CommitInfo | null;
  pipeline?: PipelineInfo;
  webUrl?: string;
  /** Project settings that concern jobs. */
  project?: { ciJobTokenScopeEnabled: boolean };
  artifacts?: ArtifactInfo[];
  /** Its size is in bytes. */
  artifactsFile?: { filename: string; size: number };
  artifactsExpireAt?: string | null;
  runner?: RunnerInfo | null;
  runnerManager?: RunnerManagerInfo | null;
  tagList?: string[];
}

/** A job that starts another pipeline. */
export interface TriggerJobInfo extends JobInfo {
  /** The pipeline that it started; null until then. */
  downstreamPipeline: PipelineInfo | null;
}

/** A file that a job keeps. */
export interface ArtifactInfo {
  fileType: string;
  /** Bytes. */
  size: number;
  filename: string;
  fileFormat: string | null;
}

/** The runner of a job. */
export interface RunnerInfo {
  id: number;
  description: string | null;
  ipAddress: string | null;
  active: boolean;
  paused: boolean;
  isShared: boolean;
  runnerType: string;
  name: string | null;
  online: boolean | null;
  status: string;
  [more: string]: unknown;
}

/** The machine that ran a job for its runner; times are ISO 8601. */
export interface RunnerManagerInfo {
  id: number;
  systemId: string;
  version: string | null;
  revision: string | null;
  platform: string | null;
  architecture: string | null;
  createdAt: string;
  contactedAt: string | null;
  ipAddress: string | null;
  status: string;
  [more: string]: unknown;
}

/** A commit; times are ISO 8601. */
export interface CommitInfo {
  id: string;
  shortId: string;
  title: string;
  message: string;
  authorName: string;
  authorEmail: string;
  authoredDate?: string;
  committerName?: string;
  committerEmail?: string;
  committedDate?: string;
  createdAt: string;
  parentIds?: string[];
  /** Trailers of the message, such as `Signed-off-by`, as they were written. */
  trailers?: Record<string, string>;
  /** All values of trailers that occur more than once. */
  extendedTrailers?: Record<string, string[]>;
  webUrl?: string;
}
