import { isGitLabError } from "../../gitlab/answer/errors";
import { api } from "../../gitlab/request/paths";
import { readPipeline } from "../../gitlab/reads/shared";
import type { WireJob, WirePipeline } from "../../gitlab/answer/types";
import type { InProject } from "../presence";
import { type WaitEnd, waitUntil } from "../waiting";

/** What `waitFor` can ask for. */
export type WaitFor = "none" | "finished" | "success" | "manual";

/** What becomes of a pipeline that takes longer. */
export type OnTimeout = "cancel" | "retain";

/** Why a pipeline is not what was waited for; kept in state until it is. */
export type Unfinished = "waiting" | "timed-out";

export interface PipelineWait extends InProject {
  id: string;
  number: number;
  waitFor: WaitFor;
  timeoutSeconds: number;
  onTimeout: OnTimeout;
  say: (line: string) => void;
}

/** https://docs.gitlab.com/api/pipelines/#list-project-pipelines: the states nothing comes after, unless somebody retries; of jobs too. */
const FINAL = new Set(["success", "failed", "canceled", "skipped"]);
const LINE_EVERY_MS = 30_000;
/** Enough to count; no pipeline has more unless an administrator raised the limit. */
const MOST_JOBS = 1000;
const MOST_NAMED = 10;

export function isFinal(status: string): boolean {
  return FINAL.has(status);
}

/** Whether the wait is over well. A pipeline that we canceled for want of time has not finished by itself. */
export function isAsAwaited(status: string, waitFor: WaitFor, unfinished?: Unfinished): boolean {
  if (waitFor === "none") return true;
  if (waitFor === "success") return status === "success";
  if (waitFor === "manual") return status === "success" || status === "manual";
  return isFinal(status) && !(unfinished === "timed-out" && status === "canceled");
}

/** Resolves to the pipeline as it was seen last and, where it is not as awaited, to what has to be said about it. */
export interface Waited {
  wire: WirePipeline;
  failure?: string;
  unfinished?: Unfinished;
}

/** `before`: why an earlier wait was not satisfied. */
export async function waitForPipeline(wait: PipelineWait, before?: Unfinished): Promise<Waited> {
  const { client, project, number, path } = wait;
  const progress = new Progress(wait);
  const { seen, end } = await waitUntil({
    look: async (since) => {
      // Read by itself where it is gone, for GitLab's own words.
      const pipeline =
        (await readPipeline(client, project, number, since)) ?? (await client.get<WirePipeline>(path));
      await progress.note(pipeline);
      return pipeline;
    },
    done: ({ status }) => isFinal(status) || isAsAwaited(status, wait.waitFor, before),
    timeoutSeconds: wait.timeoutSeconds,
  });
  if (end !== "done") return giveUp(wait, seen, end);
  return judge(wait, seen.duration !== undefined ? seen : await client.get<WirePipeline>(path), before);
}

/** What to say about a pipeline that has ended. */
export async function judge(wait: PipelineWait, wire: WirePipeline, before?: Unfinished): Promise<Waited> {
  if (isAsAwaited(wire.status, wait.waitFor, before)) return { wire };
  const failed = (await jobsOf(wait)).filter((job) => job.status === "failed" && !job.allow_failure);
  const names = failed.slice(0, MOST_NAMED).map((job) => `${job.name} (${job.stage})`);
  const more = failed.length > MOST_NAMED ? ` and ${failed.length - MOST_NAMED} more` : "";
  const jobs = failed.length === 0 ? "" : ` Failed jobs: ${names.join(", ")}${more}.`;
  return {
    wire,
    unfinished: before ?? "waiting",
    failure:
      `${wait.id}: the pipeline is ${wire.status}.${jobs} Look at ${wire.web_url}; retry it there and run \`pulumi up\` again, ` +
      "or change `triggers` to run a new one.",
  };
}

/**
 * Cancels it, unless it is to go on. Whether or not that is answered, the time-out is what state has to keep: a pipeline that is seen canceled
 * later has not finished by itself.
 */
async function giveUp(wait: PipelineWait, seen: WirePipeline, end: WaitEnd): Promise<Waited> {
  const { client, project, number } = wait;
  const late = end === "late";
  const before = late
    ? `${wait.id}: the pipeline was still ${seen.status} after ${wait.timeoutSeconds} s`
    : `${wait.id}: interrupted while the pipeline was ${seen.status}. It is kept in state, not finished,`;
  if (wait.onTimeout === "retain") {
    const longer = late ? "; raise `timeoutSeconds` to wait longer" : "";
    const failure = `${before} and goes on: ${seen.web_url}. The next \`pulumi up\` waits for it again${longer}.`;
    return { wire: seen, unfinished: "waiting", failure };
  }
  const cure = late
    ? "Raise `timeoutSeconds` and change `triggers` to run a new one."
    : "Change `triggers` to run a new one.";
  try {
    const wire = await client.post<WirePipeline>(api`/projects/${project}/pipelines/${number}/cancel`);
    const failure = `${before} and has been canceled: ${seen.web_url}. ${cure}`;
    return { wire, unfinished: "timed-out", failure };
  } catch (error) {
    if (!isGitLabError(error)) throw error;
    const comma = late ? "," : "";
    const failure = `${before}${comma} and cancelling it failed: ${error.message} Look at ${seen.web_url}. ${cure}`;
    return { wire: seen, unfinished: "timed-out", failure };
  }
}

async function jobsOf({ client, project, number }: PipelineWait): Promise<WireJob[]> {
  return client.list<WireJob>(api`/projects/${project}/pipelines/${number}/jobs`, {}, MOST_JOBS);
}

/** One line for each change of status, and one every half minute. Jobs are only counted for a line. */
class Progress {
  #status: string | undefined;
  #lineAt = 0;

  constructor(private readonly wait: PipelineWait) {}

  async note({ status, web_url: url }: WirePipeline): Promise<void> {
    if (status === this.#status && Date.now() - this.#lineAt < LINE_EVERY_MS) return;
    this.#status = status;
    this.#lineAt = Date.now();
    const jobs = await jobsOf(this.wait);
    const finished = jobs.filter((job) => isFinal(job.status)).length;
    const what = status === "manual" ? "manual (waits for somebody to start a job)" : status;
    this.wait.say(`${this.wait.id}: ${what}, ${finished} of ${jobs.length} jobs finished, ${url}`);
  }
}
