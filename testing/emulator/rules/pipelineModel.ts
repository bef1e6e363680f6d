import type {
  JobRow,
  PipelineOutcome,
  PipelineRow,
  PipelineVariable,
  ProjectRow,
  UserRow,
} from "../model/rows";
import type { Store } from "../model/store";

export interface NewPipeline {
  ref: string;
  /** Which of the two where a branch and a tag have the name. Default: the branch. */
  tag?: boolean;
  /** Default: the head of the ref. */
  sha?: string;
  source: string;
  variables?: PipelineVariable[];
  inputs?: Record<string, unknown>;
}

export const finished = ["success", "failed", "canceled", "skipped"];
const steps = ["created", "pending", "running"];
const defaultJobs: NonNullable<PipelineOutcome["jobs"]> = [
  { name: "build" },
  { name: "deploy", stage: "deploy" },
];

/** A stored pipeline with its jobs; whether it may be created is asked before. */
export function createPipeline(
  store: Store,
  project: ProjectRow,
  user: UserRow,
  wanted: NewPipeline,
): PipelineRow {
  const now = store.now();
  const { outcome } = project;
  const tag = wanted.tag ?? (!project.branches.has(wanted.ref) && project.tags.has(wanted.ref));
  const row = store.pipelines.insert({
    iid: store.nextIid("pipeline", project.id),
    projectId: project.id,
    ref: wanted.ref,
    sha: wanted.sha ?? (tag ? project.tags : project.branches).get(wanted.ref) ?? "0".repeat(40),
    tag,
    status: "created",
    source: wanted.source,
    name: null,
    userId: user.id,
    variables: wanted.variables ?? [],
    inputs: wanted.inputs ?? {},
    coverage: null,
    yamlErrors: null,
    outcome,
    readsLeft: outcome.readsPerStep,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
  });
  for (const job of outcome.jobs ?? defaultJobs) addJob(store, row, job);
  if (outcome.readsPerStep === 0) setPipelineStatus(store, row, outcome.status);
  return row;
}

function addJob(
  store: Store,
  pipeline: PipelineRow,
  job: NonNullable<PipelineOutcome["jobs"]>[number],
): JobRow {
  return store.jobs.insert({
    projectId: pipeline.projectId,
    pipelineId: pipeline.id,
    name: job.name,
    stage: job.stage ?? "build",
    status: "created",
    bridge: job.bridge ?? false,
    downstreamId: null,
    retried: false,
    allowFailure: job.allowFailure ?? false,
    userId: pipeline.userId,
    createdAt: store.now(),
    startedAt: null,
    finishedAt: null,
  });
}

/** Pipelines make progress as they are looked at: tests wait in reads, not in seconds. */
export function progressPipeline(store: Store, row: PipelineRow): void {
  if (row.status === "canceling") return setPipelineStatus(store, row, "canceled");
  const step = steps.indexOf(row.status);
  if (step < 0 || (row.status === row.outcome.status && step === 2)) return;
  if (--row.readsLeft > 0) return;
  row.readsLeft = row.outcome.readsPerStep;
  setPipelineStatus(store, row, steps[step + 1] ?? row.outcome.status);
}

export function setPipelineStatus(store: Store, row: PipelineRow, status: string): void {
  const now = store.now();
  const ended = finished.includes(status);
  row.status = status;
  row.updatedAt = now;
  if (status === "running" || ended) row.startedAt ??= now;
  row.finishedAt = ended ? now : null;
  row.coverage = ended ? (row.outcome.coverage ?? null) : row.coverage;
  const jobs = store.jobs.where("pipeline", row.id).filter((job) => !job.retried);
  jobs.forEach((job, i) => setJob(job, jobStatus(status, i === jobs.length - 1), now));
}

/** A failed pipeline failed in its last job. */
function jobStatus(status: string, last: boolean): string {
  return status === "failed" && !last ? "success" : status;
}

function setJob(job: JobRow, status: string, now: Date): void {
  if (finished.includes(job.status)) return;
  job.status = status;
  if (status === "running" || finished.includes(status)) job.startedAt ??= now;
  if (finished.includes(status)) job.finishedAt = now;
}

/** Runs failed and canceled jobs again as new ones; nothing happens where there are none. */
export function retryPipeline(store: Store, row: PipelineRow, user: UserRow): void {
  const again = store.jobs
    .where("pipeline", row.id)
    .filter((job) => !job.retried && ["failed", "canceled"].includes(job.status));
  if (again.length === 0) return;
  for (const job of again) {
    job.retried = true;
    addJob(store, row, job).userId = user.id;
  }
  row.outcome = { ...row.outcome, status: row.outcome.retryStatus ?? "success" };
  row.readsLeft = row.outcome.readsPerStep;
  setPipelineStatus(store, row, "pending");
}

/** Asynchronous: the answer of the cancel itself may still say `running`. */
export function cancelPipeline(store: Store, row: PipelineRow): void {
  if (finished.includes(row.status)) return;
  if (row.outcome.gracefulCancel) return setPipelineStatus(store, row, "canceling");
  store.later(() => {
    if (!finished.includes(row.status)) setPipelineStatus(store, row, "canceled");
  });
}

export function removePipeline(store: Store, row: PipelineRow): void {
  for (const job of [...store.jobs.where("pipeline", row.id)]) store.jobs.remove(job);
  store.pipelines.remove(row);
}
