import { inProject } from "../fields/container";
import {
  answer,
  connected,
  type Fields,
  fixedAnswer,
  identity,
  memory,
  numbered,
  setting,
  someAnswer,
  steering,
  trigger,
} from "../fields/field";
import { declaredPart, stateOf, stateSeen, unsent } from "../fields/record";
import { date, integer, numericId, oneOf, text, triggerValues } from "../fields/schema";
import type { ArgsOf, InputsOf, StateOf } from "../fields/types";
import type { LifeOf } from "../lifecycle/lifecycle";
import { inputValues, variableList } from "../lifecycle/pipeline/variables";
import { api } from "../gitlab/request/paths";
import type { WirePipeline } from "../gitlab/answer/types";
import { PartialFailure } from "../lifecycle/errors";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import { cancel, type PipelineRun, rename, runOf, startOf } from "../lifecycle/pipeline/run";
import { placeOf, startPipeline, warnAboutAlike } from "../lifecycle/pipeline/start";
import { isAsAwaited, isFinal, judge, type Unfinished, waitForPipeline } from "../lifecycle/pipeline/wait";
import { retainsRecords } from "../lifecycle/onDestroy";
import { deleteOrGone, isThere, orMissing, readOrGone } from "../lifecycle/presence";

const LONGEST_WAIT_SECONDS = 86_400;

/** The merge request that a pipeline says it is of; one that runs for the source branch in a fork does not say it. */
function mergeRequestOf({ ref }: WirePipeline): number | undefined {
  const [, iid] = /^refs\/merge-requests\/(\d+)\//.exec(ref) ?? [];
  return iid === undefined ? undefined : Number(iid);
}

const REF = { max: 255, open: true, matches: { pattern: /^\S+$/, say: "cannot contain spaces" } };

export const fields = {
  ...inProject,
  /**
   * Branch or tag, not a commit, at most 255 characters; either this or `mergeRequestIid` must be given. Changing it replaces:
   * another pipeline runs. As an output always there: of a merge request's pipeline it is what GitLab ran it for, such as
   * `refs/merge-requests/12/head`.
   */
  ref: identity(text(REF), { wire: "ref", guessed: true, unless: "mergeRequestIid" }),
  /**
   * Number of a merge request of the project, as in `!12` and CI_MERGE_REQUEST_IID, in place of `ref`: the pipeline is one of that merge
   * request (`merge_request_event`). GitLab takes no `variables` and no `inputs` for it. Changing it replaces.
   * https://docs.gitlab.com/api/merge_requests/#create-merge-request-pipeline
   */
  mergeRequestIid: identity(numericId(), {
    from: mergeRequestOf,
    excludes: ["ref", "variables", "inputs"],
  }),
  /** Variables of this run. The project may restrict who can set them. Default: none. Changing them replaces. */
  variables: identity(variableList),
  /**
   * Inputs of the CI/CD configuration (`spec:inputs`), by name: strings, numbers, booleans or lists. GitLab 18.1 or newer.
   * Default: none. Changing them replaces. https://docs.gitlab.com/ci/inputs/
   */
  inputs: identity(inputValues),
  /** Shown in GitLab's list, at most 255 characters; GitLab 16.6 or newer. Default: what the configuration says. Removing it clears it. */
  name: setting(text({ max: 255, emptyIsNone: true }), { wire: "name", cleared: "" }),
  /** A list or an object of any values; a change of one runs a new pipeline. Default: none. */
  triggers: trigger(triggerValues),
  /**
   * What `pulumi up` waits for when it starts the pipeline; a later change is only stored.
   * - `none` (default): nothing
   * - `finished`: that it ends in any way
   * - `success`: that it succeeds; else the resource stays "created, not finished", and the next `up` looks again
   * - `manual`: that it succeeds, or has nothing left to do before somebody starts a manual job
   */
  waitFor: steering(oneOf(["none", "finished", "success", "manual"])),
  /** How long to wait, in seconds, 1–86,400; then `onTimeout` counts. Default: 3600, or `customTimeouts.create`. */
  timeoutSeconds: steering(integer(1, LONGEST_WAIT_SECONDS)),
  /**
   * What becomes of a pipeline that takes longer, or whose `up` is interrupted (Ctrl-C, where the provider hears of it); that
   * `up` fails either way.
   * - `cancel` (default): it is canceled
   * - `retain`: it goes on, and the next `up` waits for it again
   */
  onTimeout: steering(oneOf(["cancel", "retain"])),
  /**
   * What removing or replacing the resource does to it. A change of it must be applied by one `up` *before* the resource is removed.
   * - `retain` (default): nothing
   * - `cancel`: cancel it if it has not ended
   * - `delete`: delete it with its jobs, logs and artifacts (Owner role)
   *
   * `GITLAB_ON_DESTROY=retain` in the environment of `pulumi` counts instead, for one run; its other values do not.
   */
  onDestroy: steering(oneOf(["retain", "cancel", "delete"])),
  ...connected,
  /** Number within the project. Unknown in previews of updates. */
  iid: fixedAnswer(integer(1), "iid"),
  /** The commit it runs for. Unknown in previews of updates. */
  sha: fixedAnswer(text(), "sha"),
  /** As of the last operation, such as `pending`, `running`, `success`, `failed`. Unknown in previews of updates. */
  status: answer(text(), "status"),
  /** Its page in GitLab. Unknown in previews of updates. */
  webUrl: answer(text(), "web_url"),
  /** ISO 8601. Unknown in previews of updates. */
  createdAt: fixedAnswer(date(), "created_at"),
  /** Seconds; absent until it has ended and been looked at. Unknown in previews of updates. */
  duration: someAnswer(integer(0), "duration"),
  /** Percent, as GitLab writes it: `"30.00"`. Absent where no job reports it. Unknown in previews of updates. */
  coverage: someAnswer(text(), "coverage"),
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  pipelineId: numbered(integer(1), numberIn),
  /** Tells the next `up` that there is something left to wait for. */
  __unfinished: memory(oneOf(["waiting", "timed-out"])),
} satisfies Fields<WirePipeline>;

/** Arguments of a `Pipeline`. */
export interface PipelineArgs extends ArgsOf<typeof fields> {}

type Inputs = InputsOf<typeof fields>;
type State = StateOf<typeof fields>;

function stateNow(wire: WirePipeline, declared: object, unfinished?: Unfinished): State {
  return {
    ...stateOf(fields, wire, declared),
    ...(unfinished === undefined ? {} : { __unfinished: unfinished }),
  };
}

/** The pipelines that the state holds: no interrupted run left those. A number is only unique on its own GitLab. */
const ofThisStack = new Set<string>();
const pipelineKey = (baseUrl: string, number: number): string => `${baseUrl} ${number}`;

/**
 * Runs a pipeline: once when the resource is made, and again whenever `ref`, `mergeRequestIid`, `variables`, `inputs` or `triggers` change.
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
export const pipeline: LifeOf<typeof fields> = {
  kind: "Pipeline",
  fields,
  called: [
    { what: "pipeline for merge request", argument: "mergeRequestIid" },
    { what: "pipeline for", argument: "ref" },
  ],
  numbers: (id) => [idParts(id).number],
  isThere: async (context, id, _olds, news) => {
    const { project, number } = projectAndNumber(id, ID, news);
    return isThere(context.client(news), api`/projects/${project}/pipelines/${number}`);
  },
  hearOf: (id, baseUrl) => void ofThisStack.add(pipelineKey(baseUrl, idParts(id).number)),
  unfinished: (olds) => olds["__unfinished"] !== undefined,

  async create(context, inputs) {
    const start = startOf(context, inputs);
    const wire = await startPipeline(start);
    const id = `${placeOf(start, wire)}:${wire.id}`;
    const run = runOf(context, idParts(id, inputs), id, inputs);
    const isOfThisStack = (number: number): boolean =>
      ofThisStack.has(pipelineKey(start.client.baseUrl, number));
    const { name, ...unnamed } = inputs;
    try {
      const named = name === undefined ? wire : { ...wire, ...(await rename(run, name)) };
      await warnAboutAlike(start, id, wire, isOfThisStack);
      return { id, outs: await awaited(run, named, inputs) };
    } catch (error) {
      throw keeping(run, stateNow(wire, unnamed, run.waitFor === "none" ? undefined : "waiting"), error);
    }
  },

  async read(context, id, props) {
    const run = runOf(context, idParts(id, props), id, props);
    const wire = await readOrGone<WirePipeline>(run);
    if (wire === undefined) return undefined;
    const { __unfinished: before } = props;
    const isDone = before === undefined || isAsAwaited(wire.status, run.waitFor, before);
    const seen = stateSeen(fields, wire, props, { project: run.project });
    const outs: State = { ...seen, ...(isDone ? {} : { __unfinished: before }) };
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    const run = runOf(context, idParts(id, news), id, news);
    const { __unfinished: before } = olds;
    const renamed = changed.includes("name");
    const waiting = before !== undefined && run.waitFor !== "none";
    if (!renamed && !waiting) return unsent(fields, olds, news);
    const wire = renamed
      ? await rename(run, news.name ?? "")
      : await orMissing(run, id, "pipeline", () => run.client.get<WirePipeline>(run.path));
    if (!waiting) return stateNow(wire, news);
    try {
      return await awaited(run, wire, news, before);
    } catch (error) {
      throw keeping(run, stateNow(wire, news, before), error);
    }
  },

  async delete(context, id, props) {
    if (retainsRecords(props.onDestroy)) return;
    const run = runOf(context, idParts(id, props), id, props);
    if (props.onDestroy === "delete") await deleteOrGone(run);
    else if (!(await hasEnded(run, props.status))) await cancel(run);
  },
};

/** What had ended when it was last seen may have been retried since: then it is GitLab that tells. Gone is as good as ended. */
async function hasEnded(run: PipelineRun, lastStatus: string): Promise<boolean> {
  if (!isFinal(lastStatus)) return false;
  const seen = await readOrGone<WirePipeline>(run);
  return seen === undefined || isFinal(seen.status);
}

/** The outputs once the pipeline is as it was waited for; fails, keeping it in state, where it is not. */
async function awaited(
  run: PipelineRun,
  wire: WirePipeline,
  inputs: Inputs,
  before?: Unfinished,
): Promise<State> {
  if (run.waitFor === "none") return stateNow(wire, inputs);
  const ended = before !== undefined && isFinal(wire.status);
  const waited = await (ended ? judge(run, wire, before) : waitForPipeline(run, before));
  const outs = stateNow({ ...wire, ...waited.wire }, inputs, waited.unfinished);
  if (waited.failure === undefined) return outs;
  throw new PartialFailure(run.id, outs, run.redact(waited.failure));
}

/** The pipeline runs whatever went wrong afterwards, so it stays in state. */
function keeping(run: PipelineRun, outs: State, error: unknown): unknown {
  if (error instanceof PartialFailure || !(error instanceof Error)) return error;
  return new PartialFailure(
    run.id,
    outs,
    run.redact(`${run.id}: the pipeline was started, then: ${error.message}`),
  );
}

const ID = "project:pipelineId";

/** A merge request of a fork may have its pipeline in the fork: then it is the id that says where. */
function idParts(id: string, props: { project?: unknown; mergeRequestIid?: unknown } = {}) {
  const inId = props.mergeRequestIid !== undefined && /^\d+:/.test(id);
  return projectAndNumber(id, ID, inId ? {} : props);
}
