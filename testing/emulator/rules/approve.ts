import { describeSubject } from "../entities/protection";
import { pendingApprovals } from "../entities/deployment";
import { refuse } from "../http/answers";
import type { ApprovalRow, ApprovalRuleRow, DeploymentRow, EnvironmentRow, UserRow } from "../model/rows";
import type { Store } from "../model/store";
import { approvalRight, protectionsOf } from "./coverage";
import { moveDeployment } from "./deploymentModel";

export interface Verdict {
  status: ApprovalRow["status"];
  comment: string | null;
  representedAs: string | null;
}

/** The six refusals, in their order; all of them HTTP 400. https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment */
export function approve(store: Store, row: DeploymentRow, user: UserRow, verdict: Verdict): ApprovalRow {
  const environment = store.environments.get(row.environmentId);
  if (environment === undefined || protectionsOf(store, environment).length === 0) {
    throw refuse.model("This environment is not protected.");
  }
  if (store.switches.approvalNeedsBlocked && row.status !== "blocked") throw notWaiting();
  refuseOwn(store, row, user, verdict);
  if (approvalRight(store, user, environment).required === 0) {
    throw refuse.model("Deployment approvals is not configured for this environment.");
  }
  if (pendingApprovals(store, row) === 0) throw notWaiting();
  const rule = ruleFor(store, environment, user, verdict.representedAs);
  return record(store, row, user, rule, verdict);
}

const notWaiting = () => refuse.model("This deployment is not waiting for approvals.");

/** Rejecting one's own is fine. */
function refuseOwn(store: Store, row: DeploymentRow, user: UserRow, verdict: Verdict): void {
  if (row.userId !== user.id || verdict.status === "rejected") return;
  if (store.projects.get(row.projectId)?.selfApproval) return;
  throw refuse.model(
    "You cannot approve your own deployment. This configuration can be adjusted in the protected environment settings.",
  );
}

/** The rule that the approval counts for; null where there is only a legacy count. */
function ruleFor(
  store: Store,
  environment: EnvironmentRow,
  user: UserRow,
  representedAs: string | null,
): ApprovalRuleRow | null {
  const right = approvalRight(store, user, environment);
  if (!right.allowed) {
    throw refuse.model(
      "You don't have permission to approve this deployment. Contact the project or group owner for help.",
    );
  }
  if (!right.byRules) return null;
  const mine = right.mine.map(({ rule }) => rule);
  if (!representedAs) return mine[0] ?? null;
  const represented = mine.find((rule) => describeSubject(store, rule)?.includes(representedAs));
  if (represented === undefined) {
    throw refuse.model(
      "There are no approval rules for the given `represent_as` parameter. Use a valid User/Group/Role name instead.",
    );
  }
  return represented;
}

/** One for each user, or for each user and rule: the same again changes nothing, the opposite turns it over. */
function record(
  store: Store,
  row: DeploymentRow,
  user: UserRow,
  rule: ApprovalRuleRow | null,
  { status, comment }: Verdict,
): ApprovalRow {
  const ruleId = rule?.id ?? null;
  const perRule = store.switches.approvalsOfOnePerson === "one-per-rule";
  let approval = row.approvals.find(
    (each) => each.userId === user.id && (!perRule || each.ruleId === ruleId),
  );
  if (approval?.status !== status && (comment?.length ?? 0) > 255)
    throw refuse.withBody(400, { message: ["Comment is too long (maximum is 255 characters)"] });
  if (approval === undefined) {
    const id = store.nextEntryId("approval");
    approval = { id, userId: user.id, status, comment, ruleId, createdAt: store.now() };
    row.approvals.push(approval);
  } else if (approval.status !== status) {
    Object.assign(approval, { status, comment });
  }
  settleJob(store, row, status, ruleId !== null);
  return approval;
}

/** A rejection fails the waiting job. The last approval starts it only where a count, and no rule, asked for it. */
function settleJob(store: Store, row: DeploymentRow, status: Verdict["status"], byRule: boolean): void {
  if (row.status !== "blocked") return;
  if (status === "rejected") moveDeployment(store, row, "failed");
  else if (!byRule && pendingApprovals(store, row) === 0) {
    store.later(() => {
      if (row.status === "blocked") moveDeployment(store, row, "running");
    });
  }
}
