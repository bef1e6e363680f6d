import { api } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import type { PlainArgsOf } from "../fields/types";
import { call, dateFilter, enumFilter, id, inProject, list, textFilter } from "./arguments";
import { type CallsOf, many, one } from "./call";
import type { DeploymentDetails, DeploymentInfo } from "./deploymentInfo";

/** What names one deployment. */
export const DEPLOYMENT = {
  ...inProject,
  /** GitLab's `id` of the deployment, not its `iid`. */
  deploymentId: id,
  ...call,
};

/** Which deployment. */
export interface GetDeploymentArgs extends PlainArgsOf<typeof DEPLOYMENT> {}

const MANY = {
  ...inProject,
  /** Exact name of an environment. */
  environment: textFilter,
  status: enumFilter("created", "running", "success", "failed", "canceled", "skipped", "blocked"),
  /** ISO 8601; needs `orderBy: "updated_at"`, and so does the next. Not together with `finishedAfter` or `finishedBefore`. */
  updatedAfter: dateFilter,
  updatedBefore: dateFilter,
  /** ISO 8601; needs `orderBy: "finished_at"` and `status: "success"`, and so does the next. */
  finishedAfter: dateFilter,
  finishedBefore: dateFilter,
  /** Default: `id`. `ref`: older GitLab only. `finished_at`: only with its filters, or the `status` of a deployment that is over. */
  orderBy: enumFilter("id", "iid", "created_at", "updated_at", "finished_at", "ref"),
  /** Default: `asc`. */
  sort: enumFilter("asc", "desc"),
  ...list,
};

/** Which deployments of a project; without filters all of them, by id. */
export interface GetDeploymentsArgs extends PlainArgsOf<typeof MANY> {}

export interface DeploymentFunctions {
  /** One deployment, with its approvals. Reporter role. https://docs.gitlab.com/api/deployments/ */
  getDeployment(args: GetDeploymentArgs): Promise<DeploymentDetails>;
  /** The deployments of a project, without approvals. Reporter role. https://docs.gitlab.com/api/deployments/ */
  getDeployments(args: GetDeploymentsArgs): Promise<DeploymentInfo[]>;
}

export const deploymentCalls: CallsOf<DeploymentFunctions> = {
  getDeployment: one(
    DEPLOYMENT,
    ({ project, deploymentId }) => api`/projects/${project}/deployments/${deploymentId}`,
  ),
  getDeployments: many("deployments", MANY, ({ project }) => api`/projects/${project}/deployments`, {
    rules: dateRules,
  }),
};

const FINISHED = ["success", "failed", "canceled", "skipped"];

/** https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/finders/deployments_finder.rb */
function dateRules(inputs: Props): Failure[] {
  const given = (...names: string[]) => names.find((filter) => inputs[filter] !== undefined);
  const updated = given("updatedAfter", "updatedBefore");
  const finished = given("finishedAfter", "finishedBefore");
  const orderBy = inputs["orderBy"];
  if (updated && finished) {
    return [{ property: updated, reason: `cannot be combined with ${finished}` }];
  }
  if (updated && orderBy !== "updated_at") {
    return [{ property: updated, reason: 'needs orderBy: "updated_at"' }];
  }
  if (finished && (orderBy !== "finished_at" || inputs["status"] !== "success")) {
    return [{ property: finished, reason: 'needs orderBy: "finished_at" and status: "success"' }];
  }
  if (orderBy === "finished_at" && !finished && !FINISHED.includes(inputs["status"] as string)) {
    const reason = `"finished_at" needs finishedAfter or finishedBefore, or a status of ${FINISHED.join(", ")}`;
    return [{ property: "orderBy", reason }];
  }
  return [];
}
