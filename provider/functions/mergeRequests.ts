import { api } from "../gitlab/request/paths";
import type { Failure, Fields, Props } from "../lifecycle/fields";
import {
  checkArgs,
  commaList,
  connection,
  dateFilter,
  enumFilter,
  exclusive,
  flagFilter,
  id,
  idFilter,
  idOrNoneAny,
  idsOrNoneAny,
  limit,
  nested,
  project,
  sort,
  textFilter,
} from "./arguments";
import { getList, type ListArgs, outputForm } from "./call";
import type { MergeRequestInfo } from "./mergeRequestInfo";

/** Filters that can also exclude. `"None"` asks for merge requests without one, `"Any"` for those with one. */
export interface MergeRequestNegatableFilters {
  /** Not together with `authorUsername`. */
  authorId?: number;
  authorUsername?: string;
  /** Not together with `assigneeUsername`. */
  assigneeId?: number | "None" | "Any";
  assigneeUsername?: string | string[];
  /** Not together with `reviewerUsername`. */
  reviewerId?: number | "None" | "Any";
  reviewerUsername?: string;
  /** All of these labels. */
  labels?: string | string[];
  /** Title. */
  milestone?: string;
  /** An emoji that the token's user reacted with. */
  myReactionEmoji?: string;
}

/** Which merge requests shipped with a deployment; all of GitLab's merge-request list filters. Times are ISO 8601. */
export interface GetDeploymentMergeRequestsArgs extends ListArgs, MergeRequestNegatableFilters {
  /** Numeric id or full path of the project. */
  project: string | number;
  /** GitLab's `id` of the deployment, not its `iid`. */
  deploymentId: number;
  /** Default: `all`. */
  state?: "opened" | "closed" | "locked" | "merged" | "all";
  /** Default: `created_at`. */
  orderBy?:
    | "created_at"
    | "label_priority"
    | "merged_at"
    | "milestone_due"
    | "popularity"
    | "priority"
    | "title"
    | "updated_at";
  /** Default: `desc`. */
  sort?: "asc" | "desc";
  /** Labels as objects instead of names. */
  withLabelsDetails?: boolean;
  /** Ask GitLab to look anew whether they can be merged. */
  withMergeStatusRecheck?: boolean;
  createdAfter?: string;
  createdBefore?: string;
  updatedAfter?: string;
  updatedBefore?: string;
  deployedAfter?: string;
  deployedBefore?: string;
  /** Deployed to the environment of that name. */
  environment?: string;
  /** Default: `all`. */
  scope?: "created_by_me" | "assigned_to_me" | "reviews_for_me" | "all";
  sourceBranch?: string;
  sourceProjectId?: number;
  targetBranch?: string;
  /** A text in title or description; `in` narrows it to one of them. */
  search?: string;
  in?: "title" | "description" | ("title" | "description")[];
  /** `yes`: drafts only; `no`: none of them. */
  wip?: "yes" | "no";
  /** GitLab Premium. */
  approved?: "yes" | "no";
  /** Approved by all of these users, at most 5. GitLab Premium. */
  approvedByIds?: number[] | "None" | "Any";
  /** With all of these users as approvers, at most 5. GitLab Premium. */
  approverIds?: number[] | "None" | "Any";
  /** Not together with `mergeUserUsername`. */
  mergeUserId?: number;
  mergeUserUsername?: string;
  /** Leave out the merge requests that match these. */
  not?: MergeRequestNegatableFilters;
}

const USERS_AT_MOST = 5;

const NEGATABLE: Fields = {
  authorId: idFilter,
  authorUsername: textFilter,
  assigneeId: idOrNoneAny,
  assigneeUsername: commaList,
  reviewerId: idOrNoneAny,
  reviewerUsername: textFilter,
  labels: commaList,
  milestone: textFilter,
  myReactionEmoji: textFilter,
};

const FIELDS: Fields = {
  project,
  deploymentId: id,
  ...NEGATABLE,
  state: enumFilter("opened", "closed", "locked", "merged", "all"),
  orderBy: enumFilter(
    "created_at",
    "label_priority",
    "merged_at",
    "milestone_due",
    "popularity",
    "priority",
    "title",
    "updated_at",
  ),
  sort,
  withLabelsDetails: flagFilter,
  withMergeStatusRecheck: flagFilter,
  createdAfter: dateFilter,
  createdBefore: dateFilter,
  updatedAfter: dateFilter,
  updatedBefore: dateFilter,
  deployedAfter: dateFilter,
  deployedBefore: dateFilter,
  environment: textFilter,
  scope: enumFilter("created_by_me", "assigned_to_me", "reviews_for_me", "all"),
  sourceBranch: textFilter,
  sourceProjectId: idFilter,
  targetBranch: textFilter,
  search: textFilter,
  in: commaList,
  wip: enumFilter("yes", "no"),
  approved: enumFilter("yes", "no"),
  approvedByIds: idsOrNoneAny(USERS_AT_MOST),
  approverIds: idsOrNoneAny(USERS_AT_MOST),
  mergeUserId: idFilter,
  mergeUserUsername: textFilter,
  not: nested(NEGATABLE),
  limit,
  connection,
};

/**
 * The merge requests that shipped with a deployment; empty where none did, and also where there is no such deployment: GitLab
 * does not look. Reporter role. https://docs.gitlab.com/api/deployments/
 */
export async function getDeploymentMergeRequests(
  args: GetDeploymentMergeRequestsArgs,
): Promise<MergeRequestInfo[]> {
  const inputs = checkArgs("getDeploymentMergeRequests", FIELDS, args, allExclusive);
  return getList(
    FIELDS,
    inputs,
    api`/projects/${args.project}/deployments/${args.deploymentId}/merge_requests`,
  );
}
/** `getDeploymentMergeRequests` for arguments that come from resources. */
export const getDeploymentMergeRequestsOutput = outputForm(getDeploymentMergeRequests);

function allExclusive(inputs: Props): Failure[] {
  const inNot = exclusivePeople((inputs["not"] ?? {}) as Props);
  return [
    ...exclusivePeople(inputs),
    ...exclusive(inputs, "mergeUserId", "mergeUserUsername"),
    ...inNot.map((failure) => ({ ...failure, property: `not.${failure.property}` })),
  ];
}

function exclusivePeople(inputs: Props): Failure[] {
  return ["author", "assignee", "reviewer"].flatMap((who) => exclusive(inputs, `${who}Id`, `${who}Username`));
}
