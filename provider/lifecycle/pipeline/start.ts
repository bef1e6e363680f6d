import { isDeepStrictEqual } from "node:util";

import type { GitLabClient } from "../../gitlab/request/client";
import { isGitLabError } from "../../gitlab/answer/errors";
import { lookupsFor } from "../../gitlab/reads/lookups";
import { api } from "../../gitlab/request/paths";
import type { WirePipeline, WirePipelineDetails, WirePipelineVariable } from "../../gitlab/answer/types";
import { createAmongAlike } from "../alike";
import { UserError } from "../errors";
import type { Variable } from "./variables";
import { sleep } from "../waiting";
import type { Moment } from "../writes";

/** A pipeline that is to be started. */
export interface PipelineStart {
  client: GitLabClient;
  project: string;
  ref: string;
  variables?: Variable[];
  inputs?: Record<string, unknown>;
  say: (line: string) => void;
  redact: (text: string) => string;
}

/** Starts a pipeline exactly once, also where GitLab's answer is lost, and waits where too many were started. */
export async function startPipeline(start: PipelineStart): Promise<WirePipelineDetails> {
  const { client, project, ref } = start;
  try {
    return await createAmongAlike({
      client,
      key: JSON.stringify(["pipeline", project, ref]),
      send: () => waitingOutLimit(start, () => send(start)),
      candidates: async (since) => (await ofOurs(start, since)) as WirePipelineDetails[],
      sendOnce: true,
      several: (candidates) => severalStarted(start, candidates),
      next:
        "It was not found and is not started a second time: a pipeline that runs twice may deploy twice. " +
        "Look at the project's pipelines, then run again: a new one is started.",
    });
  } catch (error) {
    throw explained(start, error);
  }
}

function send({ client, project, ref, variables, inputs }: PipelineStart): Promise<WirePipelineDetails> {
  return client.post(api`/projects/${project}/pipeline`, {
    ref,
    variables: variables?.map(({ key, value, variableType }) => ({
      key,
      value,
      ...(variableType === undefined ? {} : { variable_type: variableType }),
    })),
    inputs,
  });
}

/** Pipelines of that ref that the same user started through the API with the same variables. */
async function ofOurs(start: PipelineStart, since: Moment): Promise<WirePipeline[]> {
  const me = await lookupsFor(start.client).self();
  const query = { ...alike(start), username: me?.username, per_page: 100 };
  const { items } = await start.client.page<WirePipeline>(api`/projects/${start.project}/pipelines`, query);
  const candidates = items.filter((item) => new Date(item.created_at) >= since);
  if (candidates.length === 0) return [];
  // Inputs cannot be read back, and a job token may not ask whom it speaks for: then nothing may be called ours.
  if (me === undefined || start.inputs !== undefined) throw severalStarted(start, candidates);
  const same = await Promise.all(candidates.map((item) => hasVariables(start, item)));
  return candidates.filter((_, i) => same[i]);
}

/** Whoever started a pipeline may read its variables; where that is refused all the same, it cannot be told apart. */
async function hasVariables(start: PipelineStart, item: WirePipeline): Promise<boolean> {
  const path = api`/projects/${start.project}/pipelines/${item.id}/variables`;
  try {
    const seen = await start.client.get<WirePipelineVariable[]>(path);
    return isDeepStrictEqual(comparable(start.variables ?? []), comparable(seen));
  } catch (error) {
    throw isGitLabError(error, "forbidden") ? severalStarted(start, [item]) : error;
  }
}

function comparable(variables: readonly (Variable | WirePipelineVariable)[]): string[][] {
  const typeOf = (variable: Variable | WirePipelineVariable): string =>
    ("variable_type" in variable ? variable.variable_type : variable.variableType) ?? "env_var";
  return variables
    .map((variable) => [variable.key, variable.value, typeOf(variable)])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function alike({ ref }: PipelineStart) {
  return { ref: ref.replace(/^refs\/(heads|tags)\//, ""), source: "api", order_by: "id", sort: "desc" };
}

const HOUR_MS = 3600 * 1000;

/**
 * After a run that was interrupted between GitLab's start and our note of it, nothing tells the pipeline of that run from
 * any other, so a new one is started. Names the newest that could be it: not in the state, and young. One request; where GitLab does
 * not answer it, the pipeline is started all the same.
 */
export async function warnAboutAlike(
  start: PipelineStart,
  id: string,
  made: WirePipeline,
  isOfThisStack: (number: number) => boolean,
): Promise<void> {
  const items = await sameRefAndCommit(start, made.sha);
  const newest = items.find((item) => item.id < made.id && !isOfThisStack(item.id));
  const age = newest && new Date(made.created_at).getTime() - new Date(newest.created_at).getTime();
  if (newest === undefined || age === undefined || age > HOUR_MS) return;
  start.say(
    `${id}: the pipeline ${newest.id} of the same ref and commit was started shortly before and is ${newest.status}. ` +
      `If an interrupted run left it, cancel it: ${newest.web_url}`,
  );
}

async function sameRefAndCommit(start: PipelineStart, sha: string): Promise<WirePipeline[]> {
  try {
    const query = { ...alike(start), sha, per_page: 20 };
    const page = await start.client.page<WirePipeline>(api`/projects/${start.project}/pipelines`, query);
    return page.items;
  } catch (error) {
    if (!isGitLabError(error)) throw error;
    return [];
  }
}

function severalStarted(start: PipelineStart, candidates: WirePipeline[]): UserError {
  const list = candidates.map(({ id, status, web_url: url }) => `${id} (${status}, ${url})`).join("; ");
  return new UserError(
    `GitLab's answer to the new pipeline for ${start.ref} was lost, and which of these it started cannot be told: ${list}. ` +
      `Cancel or delete the ones that are not wanted, then run again: a new one is started.`,
  );
}

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
/** The limit counts by the minute; whoever is still refused after three is not alone. */
const PATIENCE_MS = 180_000;

async function waitingOutLimit<T>(start: PipelineStart, act: () => Promise<T>): Promise<T> {
  let waited = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!isCreationLimit(error) || waited >= PATIENCE_MS) throw error;
      // Several pipelines of one program would otherwise all come back at once.
      const jittered = Math.round(pause * (0.75 + Math.random() / 2));
      start.say(
        `${start.project}: GitLab limits how many pipelines may start in a minute; trying ${start.ref} again in ${Math.ceil(jittered / 1000)} s`,
      );
      await sleep(jittered);
      waited += jittered;
    }
  }
}

/**
 * The one refusal that is told by its words: GitLab answers 400 to too many pipelines a minute, with nothing else to tell
 * it from a wrong configuration. In another language it is shown like any refusal, and nothing is lost.
 * https://docs.gitlab.com/administration/settings/rate_limit_on_pipelines_creation/
 */
function isCreationLimit(error: unknown): boolean {
  if (!isGitLabError(error, "invalid") || error.status !== 400) return false;
  return error.details.sentences.some((sentence) => /^Too many pipelines created\b/.test(sentence));
}

/** What to do about a refusal. GitLab's words choose the advice and nothing else; where they are not known, all of it is given. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /ambiguous/i,
    "A branch and a tag have that name: write `refs/heads/…` or `refs/tags/…` in full, or delete one of them.",
  ],
  [/^Pipelines are disabled/, "Switch CI/CD on in the project: Settings > General > Visibility."],
  [
    /\binputs?\b/i,
    "Correct `inputs`: their names, types and options are in `spec: inputs` of the configuration of that ref.",
  ],
  [/^Reference not found/, "Push the branch or tag first, or correct `ref`; a commit's sha is no ref."],
  [/variables/i, "Remove `variables`, or let the user's role set them: Settings > CI/CD > Variables."],
  [/CI config file|\.gitlab-ci\.yml/, "Add a CI/CD configuration to that ref."],
  [
    /would have been empty|workflow|did not run|No stages/,
    "Let `rules` or `workflow` match `$CI_PIPELINE_SOURCE == 'api'`.",
  ],
  [
    /permission to run a pipeline/,
    "The user must be allowed to merge or push to that protected branch or create that protected tag.",
  ],
];
const MERGE_REQUEST_ADVICE =
  "GitLab starts no pipeline for the ref of a merge request in this way: give the source branch as `ref`.";
const ALL_ADVICE =
  "Check that the CI/CD configuration of that ref is valid and has jobs for pipelines started through the API, " +
  "and that the token's user may run pipelines there and set variables.";

function explained(start: PipelineStart, error: unknown): unknown {
  if (!isGitLabError(error)) return error;
  const words = error.details.sentences.map((sentence) => sentence.replace(/<[^<>]*>/g, "")).join("; ");
  if (error.kind !== "invalid" || words === "") return error;
  const isOfMergeRequest = /^refs\/merge-requests\//.test(start.ref);
  const advice = isOfMergeRequest
    ? MERGE_REQUEST_ADVICE
    : (ADVICE.find(([pattern]) => pattern.test(words))?.[1] ?? ALL_ADVICE);
  return new UserError(
    start.redact(
      `GitLab did not start a pipeline for ${start.ref} in ${start.project}: ${words.replace(/[.\s]+$/, "")}. `,
    ) + advice,
  );
}
