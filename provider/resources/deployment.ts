import { inProject } from "../fields/container";
import {
  answer,
  connected,
  creation,
  type Fields,
  fixedAnswer,
  identity,
  numbered,
  setting,
  steering,
} from "../fields/field";
import { bodyOf, declaredPart, stateOf, stateSeen, unsent } from "../fields/record";
import { adoptChoice, date, flag, given, integer, oneOf, text } from "../fields/schema";
import type { ArgsOf, InputsOf } from "../fields/types";
import type { LifeOf } from "../lifecycle/lifecycle";
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
  deploymentToAdopt,
  isFullSha,
  isOldRecord,
  oldRecord,
  recordOnce,
  unclearRecord,
} from "../lifecycle/deployment/records";
import { afterRefusedUpdate, explainCreate, explainDelete } from "../lifecycle/deployment/refusals";
import { DEPLOYMENT_STATUSES, impossibleMove } from "../lifecycle/deployment/status";
import { ENVIRONMENT_NAME } from "../lifecycle/environment/name";
import { isAhead } from "../lifecycle/alike";
import type { Context } from "../lifecycle/context";
import { UserError } from "../lifecycle/errors";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import { retainsRecords } from "../lifecycle/onDestroy";
import { deleteOrGone, isThere, orMissing, readOrGone } from "../lifecycle/presence";
import { containsUnknown } from "../fields/unknowns";
import { serverTimeAt, setOnce } from "../lifecycle/writes";

const WITHOUT_SPACES = { pattern: /^\S+$/, say: "cannot contain spaces" };
const REVISION = text({ max: 255, open: true, matches: WITHOUT_SPACES });

export const fields = {
  ...inProject,
  /** Name of the environment, with the limits of `Environment`; GitLab makes it where it does not exist. Changing it replaces. */
  environment: identity(text(ENVIRONMENT_NAME), {
    required: true,
    wire: "environment",
    from: (row: WireDeployment) => row.environment.name,
  }),
  /** The commit that is deployed: any revision, at most 255 characters; with `adopt` all 40 (or 64) digits. Changing it replaces. */
  sha: identity(REVISION, { required: true, wire: "sha" }),
  /** The branch or tag that is deployed, at most 255 characters; it must exist. Changing it replaces. */
  ref: identity(REVISION, { required: true, wire: "ref" }),
  /** Whether `ref` is a tag; stored as told. Default: false. Changing it replaces. */
  tag: identity(flag(), {
    default: false,
    wire: "tag",
    from: (row: WireDeployment) => row.deployable?.tag ?? false,
  }),
  /**
   * `running`, `success`, `failed` or `canceled`. A running one can end in each of the other three, and an ended one can
   * still become another end; none can become running again, which is refused in preview. A status that GitLab changes
   * by itself shows in `currentStatus` and is no drift.
   */
  status: setting(oneOf(DEPLOYMENT_STATUSES), {
    required: true,
    wire: "status",
    // What GitLab made of it since is `currentStatus`.
    from: () => undefined,
  }),
  /**
   * What removing or replacing the resource does. A change of it must be applied by one `up` *before* the resource is removed.
   * - `retain` (default): the record stays
   * - `delete`: delete it (Maintainer role); GitLab refuses for a running one and for what is deployed now
   *
   * `GITLAB_ON_DESTROY=retain` in the environment of `pulumi` counts instead, for one run; its other values do not.
   */
  onDestroy: steering(oneOf(["retain", "delete"])),
  /**
   * Take over the one deployment of the same environment, `sha` and `ref` that was made through the API, looked for among
   * the newest 500 of the environment; where there is none, make it; several are an error that lists them. Says what it changed.
   * `"overwrite"` means the same here.
   * Only looked at by create. Default: false: a new one, and an error where GitLab makes none because it is deployed already.
   */
  adopt: creation(adoptChoice),
  ...connected,
  /** As of the last operation: a `status`, or `created`, `skipped` or `blocked`. Unknown in previews of updates. */
  currentStatus: answer(text(), "status"),
  /** Number within the project. Unknown in previews of updates. */
  iid: fixedAnswer(integer(1), "iid"),
  /** ISO 8601. Unknown in previews of updates. */
  createdAt: fixedAnswer(date(), "created_at"),
  /** Approvals still missing; 0 below GitLab Premium. Unknown in previews of updates. */
  pendingApprovalCount: answer(integer(0), (row: WireDeployment) => row.pending_approval_count ?? 0),
  /** Decisions taken so far; empty below GitLab Premium. Unknown in previews of updates. */
  approvals: answer(given<ApprovalRecord[]>(), (row: WireDeployment) =>
    (row.approvals ?? []).map(approvalRecord),
  ),
  /** The approval rules that apply and what was decided under each; empty below GitLab Premium. Unknown in previews of updates. */
  approvalSummary: answer(given<{ rules: ApprovalRuleRecord[] }>(), (row: WireDeployment) => ({
    rules: (row.approval_summary?.rules ?? []).map(approvalRuleRecord),
  })),
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  deploymentId: numbered(integer(1), numberIn),
} satisfies Fields<WireDeployment>;

/** Arguments of a `Deployment`. */
export interface DeploymentArgs extends ArgsOf<typeof fields> {}

type Inputs = InputsOf<typeof fields>;

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
export const deployment: LifeOf<typeof fields> = {
  kind: "Deployment",
  fields,
  called: [{ what: "deployment to", argument: "environment" }],
  numbers: (id) => [idParts(id).number],
  isThere: async (context, id, _olds, news) =>
    isThere(context.client(news), objectOf(context.client(news), id, news).path),

  complete(inputs) {
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

  async create(context, inputs) {
    const client = context.client(inputs);
    const existing = inputs.adopt ? await deploymentToAdopt(client, inputs) : undefined;
    const wire = existing
      ? await takeOver(context, client, existing, inputs)
      : await record(context, client, inputs);
    return { id: `${inputs.project}:${wire.id}`, outs: stateOf(fields, wire, inputs) };
  },

  async read(context, id, props) {
    const object = objectOf(context.client(props), id, props);
    const wire = await readOrGone<WireDeployment>(object);
    if (wire === undefined) return undefined;
    const outs = stateSeen(fields, wire, props, { project: object.project, status: wire.status });
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    const { status } = news;
    if (!changed.includes("status") || status === olds.currentStatus) return unsent(fields, olds, news);
    const object = objectOf(context.client(news), id, news);
    return stateOf(fields, await setStatus(object, id, status), news);
  },

  async delete(context, id, props) {
    if (retainsRecords(props.onDestroy)) return;
    const object = objectOf(context.client(props), id, props);
    try {
      await deleteOrGone(object);
    } catch (error) {
      throw await explainDelete(object.client, object.path, id, error);
    }
  },
};

async function record(context: Context, client: GitLabClient, inputs: Inputs): Promise<WireDeployment> {
  const startedAt = Date.now();
  const send = () =>
    client.post<WireDeployment>(api`/projects/${inputs.project}/deployments`, bodyOf(fields, inputs));
  let wire: WireDeployment;
  try {
    wire = await recordOnce(client, inputs, send);
  } catch (error) {
    const isOurs = (id: number) => context.isHeld("Environment", inputs, [id]);
    throw await explainCreate(client, inputs, serverTimeAt(client, startedAt), isOurs, error);
  }
  const since = serverTimeAt(client, startedAt);
  const isHeld = context.isHeld(deployment.kind, inputs, [wire.id]);
  if (!isHeld && !isOldRecord(wire, since)) return wire;
  if (inputs.adopt && wire.deployable === null) return takeOver(context, client, wire, inputs);
  const unclear = !isHeld && isAhead(since, startedAt) && !isOldRecord(wire, new Date(startedAt));
  throw unclear ? unclearRecord(inputs, wire) : oldRecord(inputs, wire);
}

/** Lists leave the approvals out, so the one that is taken over is read, or changed, once more. */
async function takeOver(
  context: Context,
  client: GitLabClient,
  existing: WireDeployment,
  inputs: Inputs,
): Promise<WireDeployment> {
  const id = `${inputs.project}:${existing.id}`;
  if (context.isHeld(deployment.kind, inputs, [existing.id])) {
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

function objectOf(client: GitLabClient, id: string, props: object) {
  const { project, number } = idParts(id, props);
  return { client, project, path: api`/projects/${project}/deployments/${number}` };
}

const idParts = (id: string, props?: object) => projectAndNumber(id, "project:deploymentId", props);
