import { api } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import type { PlainArgsOf } from "../fields/types";
import {
  commaList,
  dateFilter,
  enumFilter,
  exclusive,
  flagFilter,
  id,
  idFilter,
  idOrNoneAny,
  idsOrNoneAny,
  inProject,
  list,
  nested,
  textFilter,
} from "./arguments";
import { type CallsOf, many } from "./call";
import type { MergeRequestInfo } from "./mergeRequestInfo";

const USERS_AT_MOST = 5;

const NEGATABLE = {
  /** Not together with `authorUsername`. */
  authorId: idFilter,
  authorUsername: textFilter,
  /** Not together with `assigneeUsername`. */
  assigneeId: idOrNoneAny,
  assigneeUsername: commaList(),
  /** Not together with `reviewerUsername`. */
  reviewerId: idOrNoneAny,
  reviewerUsername: textFilter,
  /** All of these labels. */
  labels: commaList(),
  /** Title. */
  milestone: textFilter,
  /** An emoji that the token's user reacted with. */
  myReactionEmoji: textFilter,
};

/** Filters that can also exclude. `"None"` asks for merge requests without one, `"Any"` for those with one. */
export interface MergeRequestNegatableFilters extends PlainArgsOf<typeof NEGATABLE> {}

const FIELDS = {
  ...inProject,
  /** GitLab's `id` of the deployment, not its `iid`. */
  deploymentId: id,
  ...NEGATABLE,
  /** Default: `all`. */
  state: enumFilter("opened", "closed", "locked", "merged", "all"),
  /** Default: `created_at`. */
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
  /** Default: `desc`. */
  sort: enumFilter("asc", "desc"),
  /** Labels as objects instead of names. */
  withLabelsDetails: flagFilter,
  /** Ask GitLab to look anew whether they can be merged. */
  withMergeStatusRecheck: flagFilter,
  createdAfter: dateFilter,
  createdBefore: dateFilter,
  updatedAfter: dateFilter,
  updatedBefore: dateFilter,
  deployedAfter: dateFilter,
  deployedBefore: dateFilter,
  /** Deployed to the environment of that name. */
  environment: textFilter,
  /** Default: `all`. */
  scope: enumFilter("created_by_me", "assigned_to_me", "reviews_for_me", "all"),
  sourceBranch: textFilter,
  sourceProjectId: idFilter,
  targetBranch: textFilter,
  /** A text in title or description. */
  search: textFilter,
  /** Where `search` looks. Default: in both. */
  in: commaList<"title" | "description">(),
  /** `yes`: drafts only; `no`: none of them. */
  wip: enumFilter("yes", "no"),
  /** GitLab Premium. */
  approved: enumFilter("yes", "no"),
  /** Approved by all of these users, at most 5. GitLab Premium. */
  approvedByIds: idsOrNoneAny(USERS_AT_MOST),
  /** With all of these users as approvers, at most 5. GitLab Premium. */
  approverIds: idsOrNoneAny(USERS_AT_MOST),
  /** Not together with `mergeUserUsername`. */
  mergeUserId: idFilter,
  mergeUserUsername: textFilter,
  /** Leave out the merge requests that match these. */
  not: nested(NEGATABLE),
  ...list,
};

/** Which merge requests shipped with a deployment, with the filters of GitLab's lists of merge requests. Times are ISO 8601. */
export interface GetDeploymentMergeRequestsArgs extends PlainArgsOf<typeof FIELDS> {}

export interface MergeRequestFunctions {
  /**
   * The merge requests that shipped with a deployment; empty where none did, and also where there is no such deployment: GitLab
   * does not look. Reporter role. https://docs.gitlab.com/api/deployments/
   */
  getDeploymentMergeRequests(args: GetDeploymentMergeRequestsArgs): Promise<MergeRequestInfo[]>;
}

export const mergeRequestCalls: CallsOf<MergeRequestFunctions> = {
  getDeploymentMergeRequests: many(
    "mergeRequests",
    FIELDS,
    ({ project, deploymentId }) => api`/projects/${project}/deployments/${deploymentId}/merge_requests`,
    { rules: allExclusive },
  ),
};

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
