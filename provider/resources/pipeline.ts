import * as pulumi from "@pulumi/pulumi";

import { api } from "../gitlab/request/paths";
import type { WirePipelineDetails } from "../gitlab/answer/types";
import { PartialFailure } from "../lifecycle/errors";
import { answeredPart, declaredPart, type Fields, type Props } from "../lifecycle/fields";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import {
  cancel,
  type PipelineInputs,
  type PipelineRun,
  rename,
  runOf,
  startOf,
} from "../lifecycle/pipeline/pipelineRun";
import { startPipeline, warnAboutAlike } from "../lifecycle/pipeline/pipelineStart";
import { inputsField, type Variable, variablesField } from "../lifecycle/pipeline/pipelineVariables";
import {
  isAsAwaited,
  isFinal,
  judge,
  type Unfinished,
  type WaitFor,
  waitForPipeline,
} from "../lifecycle/pipeline/pipelineWait";
import { retainsRecords } from "../lifecycle/onDestroy";
import { deleteOrGone, isThere, orMissing, readOrGone } from "../lifecycle/presence";
import { dynamicProvider, type Lifecycle } from "../lifecycle/provider";
import {
  connectionField,
  container,
  integer,
  oneOf,
  required,
  text,
  triggersField,
} from "../lifecycle/rules";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  typeToken,
  timeoutSeconds,
  type Triggers,
} from "../doors/dynamic/registration";

/** A variable of a pipeline, as declared. */
export interface PipelineVariableArgs {
  /** 1–255 letters, digits and `_`; unique in the pipeline. */
  key: pulumi.Input<string>;
  /** Give secrets as `pulumi.secret(…)` or from `config.requireSecret`: then they are nowhere in clear. */
  value: pulumi.Input<string>;
  /** `env_var`, or `file`: the variable holds the name of a file with the value. Default: `env_var`. */
  variableType?: pulumi.Input<"env_var" | "file">;
}

/** Arguments of a `Pipeline`. */
export interface PipelineArgs {
  /** Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another project replaces. */
  project: pulumi.Input<string | number>;
  /** Branch or tag, not a commit. Changing it replaces: another pipeline runs. */
  ref: pulumi.Input<string>;
  /** Variables of this run. The project may restrict who can set them. Default: none. Changing them replaces. */
  variables?: pulumi.Input<pulumi.Input<PipelineVariableArgs>[]>;
  /**
   * Inputs of the CI/CD configuration (`spec:inputs`), by name: strings, numbers, booleans or lists. GitLab 18.1 or newer.
   * Default: none. Changing them replaces. https://docs.gitlab.com/ci/inputs/
   */
  inputs?: pulumi.Input<Record<string, unknown>>;
  /** Shown in GitLab's list, at most 255 characters; GitLab 16.6 or newer. Default: what the configuration says. */
  name?: pulumi.Input<string>;
  /** Any values; a change of one runs a new pipeline. */
  triggers?: Triggers;
  /**
   * What `pulumi up` waits for when it starts the pipeline; a later change is only stored.
   * - `none` (default): nothing
   * - `finished`: that it ends in any way
   * - `success`: that it succeeds; else the resource stays "created, not finished", and the next `up` looks again
   */
  waitFor?: pulumi.Input<WaitFor>;
  /** How long to wait, in seconds, 1–86,400; then the pipeline is canceled. Default: 3600, or `customTimeouts.create`. */
  timeoutSeconds?: pulumi.Input<number>;
  /**
   * What removing or replacing the resource does to the pipeline. A change of it must be applied by one `up` *before* the resource is removed.
   * - `retain` (default): nothing
   * - `cancel`: cancel it if it has not ended
   * - `delete`: delete it with its jobs, logs and artifacts (Owner role)
   */
  onDestroy?: pulumi.Input<"retain" | "cancel" | "delete">;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

const LONGEST_WAIT_SECONDS = 86_400;

const fields = {
  project: container("project"),
  ref: required(text("identity", { max: 255, matches: { pattern: /^\S+$/, say: "cannot contain spaces" } })),
  variables: variablesField,
  inputs: inputsField,
  name: text("setting", { max: 255, emptyIsNone: true }),
  triggers: triggersField,
  waitFor: oneOf("steering", ["none", "finished", "success"]),
  timeoutSeconds: integer("steering", 1, LONGEST_WAIT_SECONDS),
  onDestroy: oneOf("steering", ["retain", "cancel", "delete"]),
  connection: connectionField,
} satisfies Fields;

function toOutputs(wire: WirePipelineDetails, declared: Props, unfinished?: Unfinished): Props {
  const { name: _name, ...kept }: Props = declaredPart(fields, declared);
  // An undeclared name comes from the configuration. Some answers leave it out.
  const name = wire.name === undefined || declared["name"] === undefined ? declared["name"] : wire.name;
  return {
    ...kept,
    ...(name == null ? {} : { name }),
    iid: wire.iid,
    sha: wire.sha,
    status: wire.status,
    webUrl: wire.web_url,
    createdAt: wire.created_at,
    ...(wire.duration === null ? {} : { duration: wire.duration }),
    ...(wire.coverage === null ? {} : { coverage: wire.coverage }),
    // Tells the next `up` that there is something left to wait for; hidden from previews by its underscores.
    ...(unfinished === undefined ? {} : { __unfinished: unfinished }),
  };
}

/** The pipelines that the state holds: no interrupted run left those. A number is only unique on its own GitLab. */
const ofThisStack = new Set<string>();
const pipelineKey = (baseUrl: string, number: number): string => `${baseUrl} ${number}`;

const lifecycle: Lifecycle = {
  kind: "Pipeline",
  fields,
  called: { what: "pipeline for", argument: "ref" },
  isThere: async (context, id, _olds, news) => {
    const { project, number } = idParts(id, news);
    return isThere(context.client(news), api`/projects/${project}/pipelines/${number}`);
  },
  hearOf: (id, baseUrl) => void ofThisStack.add(pipelineKey(baseUrl, idParts(id).number)),
  unfinished: (olds) => olds["__unfinished"] !== undefined,

  async create(context, rawInputs) {
    const inputs = rawInputs as PipelineInputs;
    const start = startOf(context, inputs);
    const wire = await startPipeline(start);
    const id = `${inputs.project}:${wire.id}`;
    const run = runOf(context, idParts(id, inputs), id, inputs);
    const isOfThisStack = (number: number): boolean =>
      ofThisStack.has(pipelineKey(start.client.baseUrl, number));
    const { name, ...unnamed } = inputs;
    try {
      const named = name === undefined ? wire : { ...wire, ...(await rename(run, name)) };
      await warnAboutAlike(start, id, wire, isOfThisStack);
      return { id, outs: await awaited(run, named, inputs) };
    } catch (error) {
      throw keeping(run, toOutputs(wire, unnamed, run.waitFor === "none" ? undefined : "waiting"), error);
    }
  },

  async read(context, id, props) {
    const run = runOf(context, idParts(id, props), id, props);
    const wire = await readOrGone<WirePipelineDetails>(run);
    if (wire === undefined) return undefined;
    // `get` passes nothing but the connection: everything the server holds is shown.
    const isGet = props["createdAt"] === undefined;
    const declared = isGet
      ? { ...props, project: run.project, ref: wire.ref, name: wire.name ?? undefined }
      : props;
    const before = props["__unfinished"] as Unfinished | undefined;
    const left = isAsAwaited(wire.status, run.waitFor, before) ? undefined : before;
    const outs = toOutputs(wire, declared, left);
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    const run = runOf(context, idParts(id, news), id, news);
    const { __unfinished: unfinished, ...last } = olds;
    const before = unfinished as Unfinished | undefined;
    const renamed = changed.includes("name");
    const waiting = before !== undefined && run.waitFor !== "none";
    if (!renamed && !waiting) return { ...answeredPart(fields, last), ...news };
    const wire = renamed
      ? await rename(run, (news["name"] as string | undefined) ?? "")
      : await orMissing(run, id, "pipeline", () => run.client.get<WirePipelineDetails>(run.path));
    if (!waiting) return toOutputs(wire, news);
    try {
      return await awaited(run, wire, news, before);
    } catch (error) {
      throw keeping(run, toOutputs(wire, news, before), error);
    }
  },

  async delete(context, id, props) {
    if (retainsRecords(props["onDestroy"])) return;
    const run = runOf(context, idParts(id, props), id, props);
    if (props["onDestroy"] === "delete") await deleteOrGone(run);
    else if (!(await hasEnded(run, String(props["status"])))) await cancel(run);
  },
};

/** What had ended when it was last seen may have been retried since: then it is GitLab that tells. Gone is as good as ended. */
async function hasEnded(run: PipelineRun, lastStatus: string): Promise<boolean> {
  if (!isFinal(lastStatus)) return false;
  const seen = await readOrGone<WirePipelineDetails>(run);
  return seen === undefined || isFinal(seen.status);
}

/** The outputs once the pipeline is as it was waited for; fails, keeping it in state, where it is not. */
async function awaited(
  run: PipelineRun,
  wire: WirePipelineDetails,
  inputs: Props,
  before?: Unfinished,
): Promise<Props> {
  if (run.waitFor === "none") return toOutputs(wire, inputs);
  const ended = before !== undefined && isFinal(wire.status);
  const waited = await (ended ? judge(run, wire, before) : waitForPipeline(run, before));
  const outs = toOutputs({ ...wire, ...waited.wire }, inputs, waited.unfinished);
  if (waited.failure === undefined) return outs;
  throw new PartialFailure(run.id, outs, run.redact(waited.failure));
}

/** The pipeline runs whatever went wrong afterwards, so it stays in state. */
function keeping(run: PipelineRun, outs: Props, error: unknown): unknown {
  if (error instanceof PartialFailure || !(error instanceof Error)) return error;
  return new PartialFailure(
    run.id,
    outs,
    run.redact(`${run.id}: the pipeline was started, then: ${error.message}`),
  );
}

const idParts = (id: string, props?: Props) => projectAndNumber(id, "project:pipelineId", props);

/** The provider that loader texts in users' states name. */
export const pipeline = dynamicProvider(lifecycle);

const KIND: DynamicKind = { type: "Pipeline", name: "pipeline" };

/**
 * Runs a pipeline: once when the resource is made, and again whenever `ref`, `variables`, `inputs` or `triggers` change.
 * GitLab Free and up; the token needs the Developer role (`api` scope, no job token) and the right to run pipelines for the
 * ref. Variables that are Pulumi secrets stay secret in state, output and errors. https://docs.gitlab.com/api/pipelines/
 *
 * The id is `project:pipelineId`, the project as spelled when it was created.
 *
 * @example
 * new gitlab.Pipeline("deploy", {
 *   project: "acme/shop", ref: "main", variables: [{ key: "TARGET", value: "production" }],
 *   triggers: [imageDigest], waitFor: "success", timeoutSeconds: 1800,
 * });
 */
export class Pipeline extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(KIND);

  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly ref: pulumi.Output<string>;
  /** Secret where the declared ones are. */
  declare readonly variables: pulumi.Output<Variable[] | undefined>;
  /** Secret where the declared ones are. */
  declare readonly inputs: pulumi.Output<Record<string, unknown> | undefined>;
  declare readonly name: pulumi.Output<string | undefined>;
  /** Number within the project. Unknown in previews of updates. */
  declare readonly iid: pulumi.Output<number>;
  /** The commit it runs for. Unknown in previews of updates. */
  declare readonly sha: pulumi.Output<string>;
  /** As of the last operation, such as `pending`, `running`, `success`, `failed`. Unknown in previews of updates. */
  declare readonly status: pulumi.Output<string>;
  /** Its page in GitLab. Unknown in previews of updates. */
  declare readonly webUrl: pulumi.Output<string>;
  /** ISO 8601. Unknown in previews of updates. */
  declare readonly createdAt: pulumi.Output<string>;
  /** Seconds; absent until it has ended and been looked at. Unknown in previews of updates. */
  declare readonly duration: pulumi.Output<number | undefined>;
  /** Percent, as GitLab writes it: `"30.00"`. Absent where no job reports it. Unknown in previews of updates. */
  declare readonly coverage: pulumi.Output<string | undefined>;
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  readonly pipelineId: pulumi.Output<number>;

  constructor(name: string, args: PipelineArgs, opts?: pulumi.CustomResourceOptions) {
    const timeout = timeoutSeconds(opts?.customTimeouts?.create);
    const steering = timeout === undefined ? {} : { timeoutSeconds: timeout };
    super(...registration(KIND, name, { ...OUTPUTS, ...steering, ...args }, opts));
    this.pipelineId = this.id.apply(numberIn);
  }

  /** Reads an existing pipeline by its id, `project:pipelineId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Pipeline {
    return new Pipeline(name, args as PipelineArgs, getOptions(id, opts));
  }

  /** Whether a value is a `Pipeline`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Pipeline {
    return isKind(obj, KIND);
  }
}

/** Named so that they become outputs of the class even where nobody declares them. */
const OUTPUTS: Props = Object.fromEntries(
  [
    ...["project", "ref", "variables", "inputs", "name", "iid", "sha"],
    ...["status", "webUrl", "createdAt", "duration", "coverage"],
  ].map((name) => [name, undefined]),
);
