import type { ApprovalRow, DeploymentRow, EnvironmentRow } from "../model/rows";
import type { Store } from "../model/store";
import { approvalRulesOf, legacyCountOf } from "../rules/coverage";
import { liveDeployment } from "../rules/removal";
import { environmentBasic } from "./environment";
import { userById } from "./people";
import { jobShown } from "./pipeline";
import { approvalRule } from "./protection";

/** What lists show. `finished_at` is never shown. */
export function deployment(store: Store, row: DeploymentRow) {
  const environment = store.environments.get(row.environmentId);
  return { ...withoutEnvironment(store, row), environment: environment && environmentBasic(environment) };
}

function withoutEnvironment(store: Store, row: DeploymentRow) {
  const job = row.jobId === null ? undefined : store.jobs.get(row.jobId);
  return {
    id: row.id,
    iid: row.iid,
    ref: row.ref,
    sha: row.sha,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    user: userById(store, row.userId),
    deployable: job === undefined ? null : jobShown(store, job),
    status: row.status,
  };
}

/** Single, created and updated ones show approvals as well, on the Enterprise Edition. */
export function deploymentWhole(store: Store, row: DeploymentRow) {
  if (store.switches.edition === "ce") return deployment(store, row);
  return {
    ...deployment(store, row),
    pending_approval_count: pendingApprovals(store, row),
    approvals: row.approvals.map((each) => approval(store, each)),
    approval_summary: { rules: rulesOf(store, row) },
  };
}

export function approval(store: Store, row: ApprovalRow) {
  return {
    user: userById(store, row.userId),
    status: row.status,
    created_at: row.createdAt.toISOString(),
    comment: row.comment,
  };
}

function rulesOf(store: Store, row: DeploymentRow) {
  const environment = store.environments.get(row.environmentId);
  if (environment === undefined) return [];
  return approvalRulesOf(store, environment).map(({ rule }) => ({
    ...approvalRule(store, rule),
    deployment_approvals: row.approvals
      .filter((each) => each.ruleId === rule.id)
      .map((each) => approval(store, each)),
  }));
}

/** How many approvals are missing; rejections count like approvals. */
export function pendingApprovals(store: Store, row: DeploymentRow): number {
  const environment = store.environments.get(row.environmentId);
  if (environment === undefined || (store.switches.approvalNeedsBlocked && row.status !== "blocked"))
    return 0;
  const rules = approvalRulesOf(store, environment);
  if (rules.length === 0) return Math.max(0, legacyCountOf(store, environment) - row.approvals.length);
  return rules
    .map(
      ({ rule }) => rule.requiredApprovals - row.approvals.filter((each) => each.ruleId === rule.id).length,
    )
    .reduce((sum, missing) => sum + Math.max(0, missing), 0);
}

/** What a single environment shows: its live deployment, without the environment and without approvals. */
export function lastDeployment(store: Store, environment: EnvironmentRow) {
  const live = liveDeployment(store, environment.id);
  return live === undefined ? null : withoutEnvironment(store, live);
}
