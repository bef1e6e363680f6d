import * as pulumi from "@pulumi/pulumi";

import type { GitLabClient } from "../gitlab/request/client";
import { isGitLabError } from "../gitlab/answer/errors";
import { api } from "../gitlab/request/paths";
import type { WireDeployment } from "../gitlab/answer/types";
import {
  type ApprovalRecord,
  approvalRecord,
  type ApprovalRuleRecord,
  approvalRuleRecord,
} from "../lifecycle/deployment/approvals";
import {
  type DeploymentFacts,
  deploymentToAdopt,
  isFullSha,
  isOldRecord,
  oldRecord,
  recordOnce,
} from "../lifecycle/deployment/deploymentRecords";
import { afterRefusedUpdate, explainCreate, explainDelete } from "../lifecycle/deployment/deploymentRefusals";
import {
  DEPLOYMENT_STATUSES,
  type DeploymentStatus,
  impossibleMove,
} from "../lifecycle/deployment/deploymentStatus";
import { ENVIRONMENT_NAME } from "../lifecycle/environment/environmentName";
import type { Context } from "../lifecycle/context";
import { UserError } from "../lifecycle/errors";
import { answeredPart, declaredPart, type Fields, type Props } from "../lifecycle/fields";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import { retainsRecords } from "../lifecycle/onDestroy";
import { deleteOrGone, isThere, orMissing, readOrGone } from "../lifecycle/presence";
import { dynamicProvider, type Lifecycle } from "../lifecycle/provider";
import { adoptField, connectionField, container, flag, oneOf, required, text } from "../lifecycle/rules";
import { containsUnknown } from "../lifecycle/unknowns";
import { serverTimeAt, setOnce } from "../lifecycle/writes";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  typeToken,
} from "../doors/dynamic/registration";

/** Arguments of a `Deployment`. */
export interface DeploymentArgs {
  /** Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another project replaces. */
  project: pulumi.Input<string | number>;
  /** Name of the environment; GitLab makes it where it does not exist. Changing it replaces. */
  environment: pulumi.Input<string>;
  /** The commit that is deployed. GitLab takes any revision; `adopt` needs all 40 (or 64) digits. Changing it replaces. */
  sha: pulumi.Input<string>;
  /** The branch or tag that is deployed; it must exist. Changing it replaces. */
  ref: pulumi.Input<string>;
  /** Whether `ref` is a tag; stored as told. Default: false. Changing it replaces. */
  tag?: pulumi.Input<boolean>;
  /**
   * `running`, `success`, `failed` or `canceled`. A running one can end in each of the other three, and an ended one can
   * still become another end; none can become running again, which is refused in preview. A status that GitLab changes
   * by itself shows in `currentStatus` and is no drift.
   */
  status: pulumi.Input<DeploymentStatus>;
  /**
   * What removing the resource does. A change of it must be applied by one `up` *before* the resource is removed.
   * - `retain` (default): the record stays
   * - `delete`: delete it (Maintainer role); GitLab refuses for a running one and for what is deployed now
   */
  onDestroy?: pulumi.Input<"retain" | "delete">;
  /**
   * Take over the one deployment of the same environment, `sha` and `ref` that was made through the API, looked for among
   * the newest 500 of the environment; where there is none, make it. Says what it changed. `"overwrite"` means the same here.
   * Only looked at by create. Default: false: a new one, and an error where GitLab makes none because it is deployed already.
   */
  adopt?: pulumi.Input<boolean | "overwrite">;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

const WITHOUT_SPACES = { pattern: /^\S+$/, say: "cannot contain spaces" };

const fields = {
  project: container("project"),
  environment: required(text("identity", ENVIRONMENT_NAME)),
  sha: required(text("identity", { max: 255, matches: WITHOUT_SPACES })),
  ref: required(text("identity", { max: 255, matches: WITHOUT_SPACES })),
  tag: flag("identity"),
  status: required(oneOf("setting", DEPLOYMENT_STATUSES)),
  onDestroy: oneOf("steering", ["retain", "delete"]),
  adopt: adoptField,
  connection: connectionField,
} satisfies Fields;

type Inputs = Props &
  DeploymentFacts & { tag: boolean; status: DeploymentStatus; adopt?: boolean | "overwrite" };

function seenOutputs(wire: WireDeployment): Props {
  return {
    iid: wire.iid,
    createdAt: wire.created_at,
    currentStatus: wire.status,
    pendingApprovalCount: wire.pending_approval_count ?? 0,
    approvals: (wire.approvals ?? []).map(approvalRecord),
    approvalSummary: { rules: (wire.approval_summary?.rules ?? []).map(approvalRuleRecord) },
  };
}

function toOutputs(wire: WireDeployment, declared: Props): Props {
  return { ...declaredPart(fields, declared), ...seenOutputs(wire) };
}

const lifecycle: Lifecycle = {
  kind: "Deployment",
  fields,
  called: { what: "deployment to", argument: "environment" },
  numbers: (id) => [idParts(id).number],
  isThere: async (context, id, _olds, news) =>
    isThere(context.client(news), objectOf(context.client(news), id, news).path),

  complete(inputs) {
    inputs["tag"] ??= false;
    const sha = inputs["sha"];
    if (!inputs["adopt"] || typeof sha !== "string" || containsUnknown(sha) || isFullSha(sha)) return [];
    return [{ property: "sha", reason: "must have all 40 or 64 digits where `adopt` is set" }];
  },

  refuse(olds, news, changed) {
    if (!changed.includes("status")) return;
    if (containsUnknown(news["status"])) return;
    const from = String(olds["currentStatus"] ?? olds["status"]);
    const impossible = impossibleMove(from, String(news["status"]));
    if (impossible) throw new UserError(`status: ${impossible}`);
  },

  async create(context, rawInputs) {
    const inputs = rawInputs as Inputs;
    const client = context.client(inputs);
    const existing = inputs.adopt ? await deploymentToAdopt(client, inputs) : undefined;
    const wire = existing
      ? await takeOver(context, client, existing, inputs)
      : await record(context, client, inputs);
    return { id: `${inputs.project}:${wire.id}`, outs: toOutputs(wire, inputs) };
  },

  async read(context, id, props) {
    const object = objectOf(context.client(props), id, props);
    const wire = await readOrGone<WireDeployment>(object);
    if (wire === undefined) return undefined;
    // `get` passes nothing but the connection: everything the server holds is shown.
    const isGet = props["createdAt"] === undefined;
    const outs = toOutputs(wire, isGet ? { ...props, ...asDeclared(object.project, wire) } : props);
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    const status = String(news["status"]);
    if (!changed.includes("status") || status === olds["currentStatus"]) {
      return { ...answeredPart(fields, olds), ...declaredPart(fields, news) };
    }
    const object = objectOf(context.client(news), id, news);
    return toOutputs(await setStatus(object, id, status), news);
  },

  async delete(context, id, props) {
    if (retainsRecords(props["onDestroy"])) return;
    const object = objectOf(context.client(props), id, props);
    try {
      await deleteOrGone(object);
    } catch (error) {
      throw await explainDelete(object.client, object.path, id, error);
    }
  },
};

async function record(context: Context, client: GitLabClient, inputs: Inputs): Promise<WireDeployment> {
  const { project, environment, sha, ref, tag, status } = inputs;
  const startedAt = Date.now();
  const send = () =>
    client.post<WireDeployment>(api`/projects/${project}/deployments`, {
      environment,
      sha,
      ref,
      tag,
      status,
    });
  let wire: WireDeployment;
  try {
    wire = await recordOnce(client, inputs, send);
  } catch (error) {
    const isOurs = (id: number) => context.isHeld("Environment", inputs, [id]);
    throw await explainCreate(client, inputs, serverTimeAt(client, startedAt), isOurs, error);
  }
  const isOld =
    isOldRecord(wire, serverTimeAt(client, startedAt)) || context.isHeld(KIND.type, inputs, [wire.id]);
  if (!isOld) return wire;
  if (!inputs.adopt || wire.deployable !== null) throw oldRecord(inputs, wire);
  return takeOver(context, client, wire, inputs);
}

/** Lists leave the approvals out, so the one that is taken over is read, or changed, once more. */
async function takeOver(
  context: Context,
  client: GitLabClient,
  existing: WireDeployment,
  inputs: Inputs,
): Promise<WireDeployment> {
  const id = `${inputs.project}:${existing.id}`;
  if (context.isHeld(KIND.type, inputs, [existing.id])) {
    throw new UserError(
      `${id}: found by \`adopt\`, but it already belongs to another resource of this program. Declare it once.`,
    );
  }
  const object = objectOf(client, id, inputs);
  if (existing.status === inputs.status) {
    const seen = await client.get<WireDeployment>(object.path);
    context.say(`${id}: taken over, nothing written.`);
    return seen;
  }
  const impossible = impossibleMove(existing.status, inputs.status);
  if (impossible) throw new UserError(`${id}: found by \`adopt\`, but ${impossible}`);
  const changed = await setStatus(object, id, inputs.status);
  context.say(`${id}: taken over, status changed from ${existing.status} to ${inputs.status}.`);
  return changed;
}

async function setStatus(
  object: ReturnType<typeof objectOf>,
  id: string,
  status: string,
): Promise<WireDeployment> {
  const { client, path } = object;
  const look = async () => {
    const seen = await client.get<WireDeployment>(path);
    return seen.status === status ? seen : undefined;
  };
  try {
    const send = () => client.put<WireDeployment>(path, { status });
    return await orMissing(object, id, "deployment", () => setOnce(send, look));
  } catch (error) {
    if (!isGitLabError(error, "invalid", "forbidden")) throw error;
    return afterRefusedUpdate(client, path, id, status, error);
  }
}

function asDeclared(project: string, wire: WireDeployment): Props {
  const { environment, sha, ref, status } = wire;
  return { project, environment: environment.name, sha, ref, status, tag: wire.deployable?.tag ?? false };
}

function objectOf(client: GitLabClient, id: string, props: Props) {
  const { project, number } = idParts(id, props);
  return { client, project, path: api`/projects/${project}/deployments/${number}` };
}

const idParts = (id: string, props?: Props) => projectAndNumber(id, "project:deploymentId", props);

/** The provider that loader texts in users' states name. */
export const deployment = dynamicProvider(lifecycle);

const KIND: DynamicKind = { type: "Deployment", name: "deployment" };

/**
 * A deployment recorded through the API, for tools that deploy outside of GitLab CI: GitLab Free and up; the token needs the
 * Developer role (`api` scope) and, in a protected environment, the right to deploy. GitLab keeps every one: the same
 * declaration made anew is a second record, except for a success that repeats the environment's last one (same ref, tag and
 * sha): then GitLab answers with that one, whoever or whatever made it. https://docs.gitlab.com/api/deployments/
 *
 * The id is `project:deploymentId`, the project as spelled when it was created.
 *
 * @example
 * new gitlab.Deployment("release", {
 *   project: "acme/shop", environment: "production", sha: commit, ref: "main", status: "success",
 * });
 */
export class Deployment extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(KIND);

  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly environment: pulumi.Output<string>;
  declare readonly sha: pulumi.Output<string>;
  declare readonly ref: pulumi.Output<string>;
  declare readonly tag: pulumi.Output<boolean>;
  /** As declared. */
  declare readonly status: pulumi.Output<DeploymentStatus>;
  /** As of the last operation: `created`, `running`, `success`, `failed`, `canceled`, `skipped` or `blocked`. Unknown in previews of updates. */
  declare readonly currentStatus: pulumi.Output<string>;
  /** Number within the project. Unknown in previews of updates. */
  declare readonly iid: pulumi.Output<number>;
  /** ISO 8601. Unknown in previews of updates. */
  declare readonly createdAt: pulumi.Output<string>;
  /** Approvals still missing; 0 below GitLab Premium. Unknown in previews of updates. */
  declare readonly pendingApprovalCount: pulumi.Output<number>;
  /** Decisions taken so far; empty below GitLab Premium. Unknown in previews of updates. */
  declare readonly approvals: pulumi.Output<ApprovalRecord[]>;
  /** The approval rules that apply and what was decided under each; empty below GitLab Premium. Unknown in previews of updates. */
  declare readonly approvalSummary: pulumi.Output<{ rules: ApprovalRuleRecord[] }>;
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  readonly deploymentId: pulumi.Output<number>;

  constructor(name: string, args: DeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(KIND, name, { ...OUTPUTS, ...args }, opts));
    this.deploymentId = this.id.apply(numberIn);
  }

  /** Reads an existing deployment by its id, `project:deploymentId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Deployment {
    return new Deployment(name, args as DeploymentArgs, getOptions(id, opts));
  }

  /** Whether a value is a `Deployment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Deployment {
    return isKind(obj, KIND);
  }
}

/** Named so that they become outputs of the class even where nobody declares them (`get`). */
const OUTPUTS: Props = Object.fromEntries(
  [
    ...["project", "environment", "sha", "ref", "tag", "status", "currentStatus"],
    ...["iid", "createdAt", "pendingApprovalCount", "approvals", "approvalSummary"],
  ].map((name) => [name, undefined]),
);
