import { type Props } from "../fields/check";
import { inProject } from "../fields/container";
import {
  answer,
  connectionName,
  type Fields,
  fixedAnswer,
  identity,
  setting,
  trigger,
} from "../fields/field";
import { bodyOf, declaredPart, stateOf, stateSeen, unsent } from "../fields/record";
import { date, given, numericId, oneOf, text } from "../fields/schema";
import type { ArgsOf, InputsOf } from "../fields/types";
import type { LifeOf } from "../lifecycle/lifecycle";
import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import { api } from "../gitlab/request/paths";
import type { WireDeployment, WireDeploymentApproval } from "../gitlab/answer/types";
import { type Approver, approvalRecord } from "../lifecycle/deployment/approvals";
import {
  assertUnderRule,
  type Decision,
  decisionBy,
  explainRefusal,
} from "../lifecycle/deployment/approvalRefusals";
import type { Context } from "../lifecycle/context";
import { UserError } from "../lifecycle/errors";
import { splitId } from "../lifecycle/ids";
import { isThere, orMissing, readOrGone } from "../lifecycle/presence";
import { serverTimeAt, setOnce } from "../lifecycle/writes";

/** A decision says nothing of what it was asked for. */
const notAnswered = () => undefined;

export const fields = {
  ...inProject,
  /** GitLab's numeric id of the deployment (not its `iid`), also as text (`"7"`). Changing it replaces. */
  deploymentId: identity(numericId(), { required: true }),
  /** `approved` or `rejected`. Changing it flips the decision. A rejection fails the deployment's job. */
  status: setting(oneOf(["approved", "rejected"]), { required: true, wire: "status" }),
  /** At most 255 characters. GitLab keeps the first one of a decision: it can only be changed together with `status`. Default: none. */
  comment: setting(text({ max: 255, emptyIsNone: true }), {
    wire: "comment",
    from: notAnswered,
    cleared: undefined,
  }),
  /**
   * The rule to decide under, where the user is named by several: a part of its name as GitLab shows it (a user's or
   * group's display name, or a role), in the same case, at most 255 characters. Default: one that GitLab chooses. It keeps one
   * decision of a person for a deployment, however many rules name them. Changing it replaces.
   */
  representedAs: identity(text({ max: 255, open: true }), { wire: "represented_as", from: notAnswered }),
  /** Named connection (README, "Configuration"): its user is the one who decides. Changing it replaces. */
  connection: trigger(connectionName),
  /** Who decided. Unknown in previews of updates. */
  user: answer(given<Approver>(), (row: WireDeploymentApproval) => approvalRecord(row).user),
  /** ISO 8601. Unknown in previews of updates. */
  createdAt: fixedAnswer(date(), "created_at"),
} satisfies Fields<WireDeploymentApproval>;

/** Arguments of a `DeploymentApproval`. */
export interface DeploymentApprovalArgs extends ArgsOf<typeof fields> {}

type Inputs = InputsOf<typeof fields>;

/**
 * A decision about a deployment that waits for approval, taken by the user of its `connection`. GitLab Premium and up; the
 * user must be named by an approval rule and, unless the project allows it, cannot approve what they deployed themselves. Under
 * rules an approval starts nothing: the job is run by hand. GitLab cannot take a decision back: removing the resource only
 * forgets it.
 * https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment
 *
 * The id is `project:deploymentId:userId(:representedAs)`, the last part where that is set.
 *
 * @example
 * new gitlab.DeploymentApproval("qa", {
 *   project: "acme/shop", deploymentId: waiting.id, status: "approved", comment: "tests are green", connection: "qa-bot",
 * });
 */
export const deploymentApproval: LifeOf<typeof fields> = {
  kind: "DeploymentApproval",
  fields,
  called: [{ what: "decision on deployment", argument: "deploymentId" }],

  isThere: async (context, _id, olds, news) => {
    const named = { project: String(news["project"]), deploymentId: Number(olds["deploymentId"]) };
    return isThere(context.client(news), objectOf(context.client(news), named).path);
  },

  refuse: (olds, _news, changed) => refuseCommentAlone(olds, changed),

  async create(context, inputs) {
    const startedAt = Date.now();
    const wire = await decide(context, inputs);
    const client = context.client(inputs);
    await assertUnderRule(client, inputs, wire, serverTimeAt(client, startedAt));
    const rule = inputs.representedAs === undefined ? "" : `:${inputs.representedAs}`;
    const id = `${inputs.project}:${inputs.deploymentId}:${wire.user.id}${rule}`;
    warnAboutComment(context, id, wire, inputs);
    return { id, outs: stateOf(fields, wire, inputs) };
  },

  async read(context, id, props) {
    const { userId, ...named } = idParts(id, props);
    const client = context.client(props);
    const seen = await readOrGone<WireDeployment>(objectOf(client, named));
    if (seen === undefined) return undefined;
    const wire = decisionBy(seen, { ...named, userId, createdAt: props.createdAt });
    if (wire === undefined) return undefined;
    const outs = stateSeen(fields, wire, props, { ...named, comment: wire.comment ?? undefined });
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    refuseCommentAlone(olds, changed);
    if (!changed.includes("status")) return unsent(fields, olds, news);
    // A decision cannot be taken back, so whose it would be is asked before it is given.
    const { userId } = idParts(id);
    const me = await lookupsFor(context.client(news)).self();
    if (me !== undefined && me.id !== userId) throw somebodyElse(id, me.username, olds);
    const wire = await decide(context, news, true);
    if (wire.user.id !== userId) throw somebodyElse(id, wire.user.username, olds);
    warnAboutComment(context, id, wire, news);
    return stateOf(fields, wire, news);
  },

  async delete(context, id, props) {
    context.say(
      `${id}: GitLab cannot take a decision back, so the deployment stays ${props.status}; only the state forgets it.`,
    );
  },
};

function refuseCommentAlone(olds: Props, changed: string[]): void {
  if (!changed.includes("comment") || changed.includes("status")) return;
  const first = olds["comment"] === undefined ? "none" : JSON.stringify(olds["comment"]);
  throw new UserError(
    `comment: GitLab keeps the first comment of a decision (${first}) and cannot change it alone. ` +
      `Set it back, or change it together with \`status\`.`,
  );
}

function somebodyElse(id: string, username: string, olds: Props): UserError {
  const before = (olds["user"] as Approver | undefined)?.username ?? "somebody else";
  return new UserError(
    `${id}: this decision is ${before}'s, but the token now speaks for ${username}. ` +
      `Give ${username} a resource and \`connection\` of their own, and ${before} theirs back.`,
  );
}

/**
 * Approves or rejects; the same decision twice is the same record, so a lost answer is met by looking and asking again. A
 * flipped decision keeps the time of the first one; any other must have been made since we asked.
 */
async function decide(context: Context, inputs: Inputs, flips = false): Promise<WireDeploymentApproval> {
  const client = context.client(inputs);
  const startedAt = Date.now();
  const object = objectOf(client, inputs);
  const path = api`/projects/${inputs.project}/deployments/${inputs.deploymentId}/approval`;
  const look = async () => {
    const me = await lookupsFor(client).self();
    if (me === undefined) return undefined;
    const deployment = await client.get<WireDeployment>(object.path);
    const since = flips ? undefined : serverTimeAt(client, startedAt);
    const seen = decisionBy(deployment, { userId: me.id, representedAs: inputs.representedAs, since });
    return seen?.status === inputs.status ? seen : undefined;
  };
  try {
    const send = () => client.post<WireDeploymentApproval>(path, bodyOf(fields, inputs));
    const label = `${inputs.project}:${inputs.deploymentId}`;
    return await orMissing(object, label, "deployment", () => setOnce(send, look));
  } catch (error) {
    if (!isGitLabError(error, "invalid")) throw error;
    throw await explainRefusal(client, inputs, error);
  }
}

function warnAboutComment(context: Context, id: string, wire: WireDeploymentApproval, inputs: Inputs): void {
  if ((wire.comment ?? "") === (inputs.comment ?? "")) return;
  context.say(`${id}: this user had decided before; GitLab keeps the first comment of a decision.`);
}

function objectOf(
  client: GitLabClient,
  { project, deploymentId }: Pick<Decision, "project" | "deploymentId">,
) {
  return { client, project, path: api`/projects/${project}/deployments/${deploymentId}` };
}

function idParts(id: string, props: { readonly project?: unknown } = {}) {
  const form = "project:deploymentId:userId or project:deploymentId:userId:representedAs";
  const [container, rest] = splitId(id, form);
  const [, deployment, user, , representedAs] = /^(\d+):(\d+)(:(.+))?$/.exec(rest) ?? [];
  if (deployment === undefined || user === undefined)
    throw new UserError(`the id ${JSON.stringify(id)} is not of the form ${form}`);
  return {
    project: typeof props.project === "string" ? props.project : container,
    deploymentId: Number(deployment),
    userId: Number(user),
    ...(representedAs === undefined ? {} : { representedAs }),
  };
}
