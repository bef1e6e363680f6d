import type { UserInfo } from "./people";

/** A merge request, as lists answer it; what not every GitLab version answers is optional. https://docs.gitlab.com/api/merge_requests/ */
export interface MergeRequestInfo {
  id: number;
  /** Counts within the project: `!7`. */
  iid: number;
  projectId: number;
  title: string;
  description: string | null;
  /** `opened`, `closed`, `locked` or `merged`. */
  state: string;
  /** ISO 8601, as every time here. */
  createdAt: string;
  updatedAt: string;
  /** Deprecated by GitLab in favour of `mergeUser`. */
  mergedBy?: UserInfo | null;
  /** Who merged it, or set it to merge by itself. */
  mergeUser?: UserInfo | null;
  mergedAt: string | null;
  closedBy: UserInfo | null;
  closedAt: string | null;
  targetBranch: string;
  sourceBranch: string;
  userNotesCount: number;
  upvotes: number;
  downvotes: number;
  author: UserInfo;
  assignees: UserInfo[];
  /** Deprecated by GitLab in favour of `assignees`. */
  assignee?: UserInfo | null;
  reviewers?: UserInfo[];
  sourceProjectId: number | null;
  targetProjectId: number;
  /** Names; objects where `withLabelsDetails` was asked for. */
  labels: (string | LabelInfo)[];
  draft?: boolean;
  /** Deprecated by GitLab in favour of `draft`. */
  workInProgress?: boolean;
  milestone: MilestoneInfo | null;
  mergeWhenPipelineSucceeds: boolean;
  /** Deprecated by GitLab in favour of `detailedMergeStatus`. */
  mergeStatus?: string;
  detailedMergeStatus?: string;
  mergeAfter?: string | null;
  /** The head of the source branch. */
  sha: string;
  mergeCommitSha: string | null;
  squashCommitSha: string | null;
  discussionLocked: boolean | null;
  shouldRemoveSourceBranch: boolean | null;
  forceRemoveSourceBranch: boolean | null;
  preparedAt?: string | null;
  /** For merge requests from forks. */
  allowCollaboration?: boolean;
  /** Deprecated name of `allowCollaboration`. */
  allowMaintainerToPush?: boolean;
  /** Deprecated by GitLab in favour of `references`. */
  reference?: string;
  references: { short: string; relative: string; full: string };
  webUrl: string;
  timeStats: TimeStats;
  squash: boolean;
  squashOnMerge?: boolean;
  taskCompletionStatus: { count: number; completedCount: number };
  hasConflicts: boolean;
  blockingDiscussionsResolved: boolean;
  /** GitLab Premium; deprecated. */
  approvalsBeforeMerge?: number | null;
  imported?: boolean;
  importedFrom?: string;
}

/** Seconds, and the same for people. */
export interface TimeStats {
  timeEstimate: number;
  totalTimeSpent: number;
  humanTimeEstimate: string | null;
  humanTotalTimeSpent: string | null;
}

/** A label with all that GitLab says about it. */
export interface LabelInfo {
  id: number;
  name: string;
  description: string | null;
  descriptionHtml: string;
  textColor: string;
  color: string;
  archived?: boolean;
}

/** A milestone of a project or group; times are ISO 8601. */
export interface MilestoneInfo {
  id: number;
  iid: number;
  /** Set for a milestone of a project, else `groupId` is. */
  projectId?: number;
  groupId?: number;
  title: string;
  description: string | null;
  state: string;
  createdAt: string;
  updatedAt: string;
  /** A day, `2026-01-31`. */
  dueDate: string | null;
  startDate: string | null;
  expired?: boolean;
  webUrl: string;
}
