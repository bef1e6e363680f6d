import { subjectIn } from "../access/subjects";
import type { GitLabClient } from "../../gitlab/request/client";
import { type GitLabError, isGitLabError } from "../../gitlab/answer/errors";
import { lookupsFor } from "../../gitlab/reads/lookups";
import { api } from "../../gitlab/request/paths";
import type {
  WireApprovalSummaryRule,
  WireDeployment,
  WireDeploymentApproval,
} from "../../gitlab/answer/types";
import { UserError } from "../errors";

export interface Decision {
  project: string;
  deploymentId: number;
  status: "approved" | "rejected";
  representedAs?: string;
}

/** Who decided, for which rule, and what else tells the decision from another of the same person. */
export interface Decided {
  userId: number;
  representedAs?: string | undefined;
  /** GitLab keeps the time of the first decision when it flips, so it names the record. ISO 8601. */
  createdAt?: unknown;
  /** Only a record made since. */
  since?: Date | undefined;
}

/**
 * The decision a person took. A person has one for each rule: where it was said whom they stood for, only what stands under
 * that rule counts, as long as GitLab shows such a rule.
 */
export function decisionBy(
  seen: WireDeployment,
  { userId, representedAs, createdAt, since }: Decided,
): WireDeploymentApproval | undefined {
  const rules = (seen.approval_summary?.rules ?? []).filter(
    (rule) => representedAs !== undefined && stands(rule, representedAs),
  );
  const all = rules.length > 0 ? rules.flatMap((rule) => rule.deployment_approvals) : (seen.approvals ?? []);
  const own = all.filter(
    ({ user, created_at: at }) => user.id === userId && (since === undefined || new Date(at ?? "") >= since),
  );
  const made = Date.parse(String(createdAt));
  return own.find(({ created_at: at }) => Date.parse(at ?? "") === made) ?? own[0];
}

/** Who has decided on what in this operation: two decisions within one tick of the server's clock look equally new. */
const decidedHere = new WeakMap<GitLabClient, Set<string>>();

/**
 * GitLab keeps one decision of a person for a deployment, even of a member of several approver groups, and answers whichever
 * rule is named later with that one, as if it had been taken. https://docs.gitlab.com/ci/environments/deployment_approvals/
 */
export async function assertUnderRule(
  client: GitLabClient,
  { project, deploymentId, representedAs }: Decision,
  wire: WireDeploymentApproval,
  since: Date,
): Promise<void> {
  const here = decidedHere.get(client) ?? new Set<string>();
  decidedHere.set(client, here);
  const key = `${deploymentId} ${wire.user.id}`;
  const isNew = new Date(wire.created_at ?? "") >= since && !here.has(key);
  here.add(key);
  if (representedAs === undefined || isNew) return;
  const seen = await client.get<WireDeployment>(api`/projects/${project}/deployments/${deploymentId}`);
  if (decisionBy(seen, { userId: wire.user.id, representedAs }) !== undefined) return;
  throw new UserError(
    `${wire.user.username} had decided on the deployment ${deploymentId} to ${seen.environment.name} in ${project} before, under another rule. GitLab keeps one decision of a person, ` +
      `which is ${wire.status} now and does not count for ${JSON.stringify(representedAs)}. ` +
      `Remove the resource, and let somebody else whom that rule names decide through a \`connection\` of their own.`,
  );
}

/** GitLab takes a part of the rule's description, in the same case. */
function stands(rule: WireApprovalSummaryRule, representedAs: string): boolean {
  return rule.access_level_description?.includes(representedAs) ?? false;
}

/**
 * GitLab answers 400 for six reasons and says which only in a sentence that may be translated. This looks at the
 * deployment instead, in GitLab's order of checks.
 * https://docs.gitlab.com/ci/environments/deployment_approvals/#approve-or-reject-a-deployment
 */
export async function explainRefusal(
  client: GitLabClient,
  decision: Decision,
  refused: GitLabError,
): Promise<Error> {
  // Something about a field of the request, such as a comment that is too long.
  if (Object.keys(refused.details.fields).length > 0) return refused;
  const { project, deploymentId } = decision;
  const seen = await client.get<WireDeployment>(api`/projects/${project}/deployments/${deploymentId}`);
  const cause = await causeOf(client, decision, seen);
  const words = refused.details.sentences.join("; ") || `status ${refused.status}`;
  const what = decision.status === "approved" ? "approve" : "reject";
  return new UserError(
    `cannot ${what} the deployment ${deploymentId} to ${seen.environment.name} in ${project}: ${cause} (GitLab: ${words})`,
  );
}

async function causeOf(client: GitLabClient, decision: Decision, seen: WireDeployment): Promise<string> {
  const { representedAs } = decision;
  const rules = seen.approval_summary?.rules ?? [];
  const pending = seen.pending_approval_count ?? 0;
  if (rules.length === 0 && pending === 0) return noRules(client, decision.project, seen);
  if (decision.status === "approved" && (await isOwn(client, decision.project, seen))) {
    return (
      "it was started by the same user, and GitLab lets nobody approve their own. Approve it through the `connection` of another user, " +
      "or allow it in the project's protected environment settings."
    );
  }
  if (pending === 0) {
    return `nothing is left to approve: it is ${seen.status}, with ${decided(seen)}. Remove the resource, or approve another deployment.`;
  }
  const descriptions = rules.map((rule) => rule.access_level_description ?? subjectOf(rule));
  if (representedAs !== undefined && !rules.some((rule) => stands(rule, representedAs))) {
    return `no approval rule is called ${JSON.stringify(representedAs)}. Set \`representedAs\` to (a part of) one of: ${descriptions.join(", ")}.`;
  }
  const me = await lookupsFor(client).self();
  const who = me ? `${me.username} is` : "the token's user is";
  const asked = representedAs === undefined ? "" : ` as ${representedAs}`;
  return (
    `${who} not among those who may decide${asked}. Its rules ask for: ${descriptions.join(", ") || "those who may deploy"}. ` +
    "Use the `connection` of somebody they name, or add an approval rule."
  );
}

/** Without rules: is the environment protected at all? Its group's protection may be out of this token's sight. */
async function noRules(client: GitLabClient, project: string, seen: WireDeployment): Promise<string> {
  const { name } = seen.environment;
  try {
    await client.get(api`/projects/${project}/protected_environments/${name}`);
  } catch (error) {
    if (!isGitLabError(error, "not-found", "forbidden", "unauthorized", "token-missing")) throw error;
    const known = error.kind === "not-found" ? "is not protected in the project" : "may not be protected";
    return (
      `the environment ${name} ${known}, and no approval rule applies to the deployment. ` +
      "Protect it with `approvalRules` (GroupProtectedEnvironment or ProjectProtectedEnvironment; GitLab Premium) before deploying."
    );
  }
  return `the environment ${name} is protected but asks for no approvals. Give its protection \`approvalRules\` before deploying.`;
}

async function isOwn(client: GitLabClient, project: string, seen: WireDeployment): Promise<boolean> {
  const me = await lookupsFor(client).self();
  if (me === undefined || seen.user?.id !== me.id) return false;
  const { allow_pipeline_trigger_approve_deployment: allowed } = await lookupsFor(client).project(project);
  return allowed !== true;
}

function subjectOf(rule: WireApprovalSummaryRule): string {
  const { kind, value } = subjectIn(rule);
  return `${kind === "role" ? "access level" : kind} ${value}`;
}

function decided(seen: WireDeployment): string {
  const decisions = (seen.approvals ?? []).map(({ user, status }) => `${status} by ${user.username}`);
  return decisions.join(", ") || "no decisions";
}
