import * as pulumi from "@pulumi/pulumi";

import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import { api } from "../gitlab/request/paths";
import type { WireDeployment, WireDeploymentApproval } from "../gitlab/answer/types";
import { type Approver, approvalRecord } from "../lifecycle/deployment/approvals";
import { type Decision, decisionBy, explainRefusal } from "../lifecycle/deployment/approvalRefusals";
import type { Context } from "../lifecycle/context";
import { UserError } from "../lifecycle/errors";
import { declaredPart, type Fields, type Props } from "../lifecycle/fields";
import { splitId } from "../lifecycle/ids";
import { isThere, orMissing, readOrGone } from "../lifecycle/presence";
import { dynamicProvider, type Lifecycle } from "../lifecycle/provider";
import { connectionField, container, integer, oneOf, required, text } from "../lifecycle/rules";
import { serverTimeAt, setOnce } from "../lifecycle/writes";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  typeToken,
} from "../doors/dynamic/registration";

/** Arguments of a `DeploymentApproval`. */
export interface DeploymentApprovalArgs {
  /** Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another project replaces. */
  project: pulumi.Input<string | number>;
  /** GitLab's numeric id of the deployment (not its `iid`). Changing it replaces. */
  deploymentId: pulumi.Input<number>;
  /** `approved` or `rejected`. Changing it flips the decision. A rejection fails the deployment's job. */
  status: pulumi.Input<"approved" | "rejected">;
  /** At most 255 characters. GitLab keeps the first one of a decision: it can only be changed together with `status`. Default: none. */
  comment?: pulumi.Input<string>;
  /**
   * The rule to decide under, where the user is named by several: a part of its name as GitLab shows it (a user's or
   * group's display name, or a role). Default: every rule the user is named by. Changing it replaces.
   */
  representedAs?: pulumi.Input<string>;
  /** Named connection (README, "Configuration"): its user is the one who decides. Changing it replaces. */
  connection?: pulumi.Input<string>;
}

const fields = {
  project: container("project"),
  deploymentId: required(integer("identity", 1)),
  status: required(oneOf("setting", ["approved", "rejected"])),
  comment: text("setting", { max: 255, emptyIsNone: true }),
  representedAs: text("identity", { max: 255 }),
  // Here it says whose decision it is.
  connection: { ...connectionField, role: "identity" },
} satisfies Fields;

type Inputs = Props & Decision & { comment?: string };

function toOutputs(wire: WireDeploymentApproval, declared: Props): Props {
  const { user, createdAt } = approvalRecord(wire);
  return { ...declaredPart(fields, declared), status: wire.status, user, createdAt };
}

const lifecycle: Lifecycle = {
  kind: "DeploymentApproval",
  fields,

  isThere: async (context, _id, olds, news) => {
    const named = { project: String(news["project"]), deploymentId: Number(olds["deploymentId"]) };
    return isThere(context.client(news), objectOf(context.client(news), named).path);
  },

  refuse: (olds, _news, changed) => refuseCommentAlone(olds, changed),

  async create(context, rawInputs) {
    const inputs = rawInputs as Inputs;
    const wire = await decide(context, inputs);
    const rule = inputs.representedAs === undefined ? "" : `:${inputs.representedAs}`;
    const id = `${inputs.project}:${inputs.deploymentId}:${wire.user.id}${rule}`;
    warnAboutComment(context, id, wire, inputs);
    return { id, outs: toOutputs(wire, inputs) };
  },

  async read(context, id, props) {
    const { userId, ...named } = idParts(id, props);
    const client = context.client(props);
    const seen = await readOrGone<WireDeployment>(objectOf(client, named));
    if (seen === undefined) return undefined;
    const wire = decisionBy(seen, { ...named, userId, createdAt: props["createdAt"] });
    if (wire === undefined) return undefined;
    // `get` passes nothing but the connection: everything the server holds is shown.
    const isGet = props["createdAt"] === undefined;
    const comment = isGet ? (wire.comment ?? undefined) : props["comment"];
    const outs = toOutputs(wire, { ...props, ...named, comment });
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    refuseCommentAlone(olds, changed);
    if (!changed.includes("status")) return { ...news, user: olds["user"], createdAt: olds["createdAt"] };
    // A decision cannot be taken back, so whose it would be is asked before it is given.
    const { userId } = idParts(id);
    const me = await lookupsFor(context.client(news)).self();
    if (me !== undefined && me.id !== userId) throw somebodyElse(id, me.username, olds);
    const wire = await decide(context, news as Inputs, true);
    if (wire.user.id !== userId) throw somebodyElse(id, wire.user.username, olds);
    warnAboutComment(context, id, wire, news as Inputs);
    return toOutputs(wire, news);
  },

  async delete(context, id, props) {
    context.say(
      `${id}: GitLab cannot take a decision back, so the deployment stays ${String(props["status"])}; only the state forgets it.`,
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
  const body = { status: inputs.status, comment: inputs.comment, represented_as: inputs.representedAs };
  const look = async () => {
    const me = await lookupsFor(client).self();
    if (me === undefined) return undefined;
    const deployment = await client.get<WireDeployment>(object.path);
    const since = flips ? undefined : serverTimeAt(client, startedAt);
    const seen = decisionBy(deployment, { userId: me.id, representedAs: inputs.representedAs, since });
    return seen?.status === inputs.status ? seen : undefined;
  };
  try {
    const send = () => client.post<WireDeploymentApproval>(path, body);
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

function idParts(id: string, props: Props = {}) {
  const form = "project:deploymentId:userId or project:deploymentId:userId:representedAs";
  const [container, rest] = splitId(id, form);
  const [, deployment, user, , representedAs] = /^(\d+):(\d+)(:(.+))?$/.exec(rest) ?? [];
  if (deployment === undefined || user === undefined)
    throw new UserError(`the id ${JSON.stringify(id)} is not of the form ${form}`);
  return {
    project: typeof props["project"] === "string" ? props["project"] : container,
    deploymentId: Number(deployment),
    userId: Number(user),
    ...(representedAs === undefined ? {} : { representedAs }),
  };
}

/** The provider that loader texts in users' states name. */
export const deploymentApproval = dynamicProvider(lifecycle);

const KIND: DynamicKind = { type: "DeploymentApproval", name: "deploymentApproval" };

/**
 * A decision about a deployment that waits for approval, taken by the user of its `connection`. GitLab Premium and up; the
 * user must be named by an approval rule and must not be the one who deployed. An approval starts nothing: the job is run by
 * hand or by its pipeline. GitLab cannot take a decision back: removing the resource only forgets it.
 * https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment
 *
 * The id is `project:deploymentId:userId`, followed by `:representedAs` where that is set.
 *
 * @example
 * new gitlab.DeploymentApproval("qa", {
 *   project: "acme/shop", deploymentId: waiting.id, status: "approved", comment: "tests are green", connection: "qa-bot",
 * });
 */
export class DeploymentApproval extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(KIND);

  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly deploymentId: pulumi.Output<number>;
  declare readonly status: pulumi.Output<"approved" | "rejected">;
  declare readonly comment: pulumi.Output<string | undefined>;
  declare readonly representedAs: pulumi.Output<string | undefined>;
  /** Who decided. Unknown in previews of updates. */
  declare readonly user: pulumi.Output<Approver>;
  /** ISO 8601. Unknown in previews of updates. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: DeploymentApprovalArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(KIND, name, { ...OUTPUTS, ...args }, opts));
  }

  /** Reads an existing decision by its id, `project:deploymentId:userId(:representedAs)`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): DeploymentApproval {
    return new DeploymentApproval(name, args as DeploymentApprovalArgs, getOptions(id, opts));
  }

  /** Whether a value is a `DeploymentApproval`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is DeploymentApproval {
    return isKind(obj, KIND);
  }
}

/** Named so that they become outputs of the class even where nobody declares them (`get`). */
const OUTPUTS: Props = Object.fromEntries(
  ["project", "deploymentId", "status", "comment", "representedAs", "user", "createdAt"].map((name) => [
    name,
    undefined,
  ]),
);
