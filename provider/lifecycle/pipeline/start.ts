import { isDeepStrictEqual } from "node:util";

import type { GitLabClient } from "../../gitlab/request/client";
import { isGitLabError } from "../../gitlab/answer/errors";
import { lookupsFor } from "../../gitlab/reads/lookups";
import { interruptedIn } from "../../gitlab/request/interruption";
import { api } from "../../gitlab/request/paths";
import type { WirePipeline, WirePipelineVariable } from "../../gitlab/answer/types";
import { createAmongAlike } from "../alike";
import { UserError } from "../errors";
import type { Moment } from "../writes";
import { isOfMergeRequest, named, type PipelineOf, refOf } from "./of";
import { explained } from "./refusals";
import type { Variable } from "./variables";

export interface PipelineStart {
  client: GitLabClient;
  project: string;
  of: PipelineOf;
  variables?: Variable[];
  inputs?: Record<string, unknown>;
  say: (line: string) => void;
  redact: (text: string) => string;
}

/** Starts a pipeline exactly once, also where GitLab's answer is lost, and waits where too many were started. */
export async function startPipeline(start: PipelineStart): Promise<WirePipeline> {
  const { client, project, of } = start;
  try {
    return await createAmongAlike({
      client,
      key: JSON.stringify(["pipeline", project, of]),
      send: () => waitingOutLimit(start, () => send(start)),
      candidates: (since) => ofOurs(start, since),
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

function send({ client, project, of, variables, inputs }: PipelineStart): Promise<WirePipeline> {
  if (isOfMergeRequest(of))
    return client.post(api`/projects/${project}/merge_requests/${of.mergeRequestIid}/pipelines`);
  return client.post(api`/projects/${project}/pipeline`, {
    ref: of.ref,
    variables: variables?.map(({ key, value, variableType }) => ({
      key,
      value,
      ...(variableType === undefined ? {} : { variable_type: variableType }),
    })),
    inputs,
  });
}

/**
 * The project in the id: as it is declared, or by its number where GitLab runs a merge request's pipeline for the source branch,
 * mostly in the fork which that is in. https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/#use-with-forked-projects
 */
export function placeOf({ project, of, say }: PipelineStart, made: WirePipeline): string {
  if (!isOfMergeRequest(of) || made.project_id === undefined || refOf(of).test(made.ref)) return project;
  say(
    `${made.project_id}:${made.id}: GitLab runs the pipeline of merge request ${of.mergeRequestIid} for its source branch ${made.ref}, in project ${made.project_id}.`,
  );
  return String(made.project_id);
}

/** Pipelines of the same that the same user started through the API with the same variables. */
async function ofOurs(start: PipelineStart, since: Moment): Promise<WirePipeline[]> {
  const me = await lookupsFor(start.client).self();
  const query = { ...alike(start), username: me?.username, per_page: 100 };
  const { items } = await start.client.page<WirePipeline>(api`/projects/${start.project}/pipelines`, query);
  const { of } = start;
  const young = items.filter((item) => new Date(item.created_at) >= since);
  const candidates = isOfMergeRequest(of) ? young.filter(({ ref }) => refOf(of).test(ref)) : young;
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
  const typeOf = (variable: Partial<Variable & WirePipelineVariable>): string =>
    variable.variable_type ?? variable.variableType ?? "env_var";
  return variables
    .map((variable) => [variable.key, variable.value, typeOf(variable)])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function alike({ of }: PipelineStart) {
  const newest = { order_by: "id", sort: "desc" };
  if (isOfMergeRequest(of)) return { source: "merge_request_event", ...newest };
  return { ref: of.ref.replace(/^refs\/(heads|tags)\//, ""), source: "api", ...newest };
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
  // A push starts the same for a merge request: nothing would tell those from what a run has left.
  if (isOfMergeRequest(start.of)) return;
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
    `GitLab's answer to the new pipeline for ${named(start.of)} was lost, and which of these it started cannot be told: ${list}. ` +
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
        `${start.project}: GitLab limits how many pipelines may start in a minute; trying ${named(start.of)} again in ${Math.ceil(jittered / 1000)} s`,
      );
      if (await interruptedIn(jittered)) throw interrupted(start);
      waited += jittered;
    }
  }
}

function interrupted({ project, of }: PipelineStart): UserError {
  return new UserError(
    `${project}: interrupted while waiting until GitLab starts pipelines again; none was started for ${named(of)}.`,
  );
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
