import { refuse } from "../http/answers";
import type { EnvironmentRow } from "../model/rows";
import type { Store } from "../model/store";

/** Reaching `stopped` clears the planned stop. */
export function becomeStopped(store: Store, row: EnvironmentRow): void {
  Object.assign(row, { state: "stopped", autoStopAt: null, updatedAt: store.now() });
}

/** https://docs.gitlab.com/api/environments/#stop-an-environment */
export function stop(store: Store, row: EnvironmentRow, force: boolean): void {
  if (force) return forceStop(store, row);
  const manual = store.stopJobs.where("environment", row.id).filter((job) => job.state === "manual");
  if (row.state !== "available") {
    if (store.switches.stopOfStopped === "refused") throw unchanged();
  } else if (manual.length > 0) {
    const reads = store.switches.stopJobReads;
    for (const job of manual)
      Object.assign(job, { state: "running", readsLeft: reads === "manual" ? null : reads });
    Object.assign(row, { state: "stopping", updatedAt: store.now() });
  } else if (row.autoStopSetting === "with_action") {
    throw unchanged();
  } else {
    becomeStopped(store, row);
  }
}

function forceStop(store: Store, row: EnvironmentRow): void {
  if (row.state === "stopped") {
    if (store.switches.forcedStopOfStopped === "error") throw refuse.broken();
    return;
  }
  becomeStopped(store, row);
}

function unchanged() {
  return refuse.badRequest("Attempted to stop the environment but failed to change the status");
}

/** Ends the environment's running `on_stop` jobs; a failed one leaves it `stopping`. */
export function finishStopJobs(store: Store, row: EnvironmentRow, result: "success" | "failed"): void {
  const running = store.stopJobs.where("environment", row.id).filter((job) => job.state === "running");
  for (const job of running) job.state = result;
  const done = store.stopJobs.where("environment", row.id).every((job) => job.state === "success");
  if (done && row.state === "stopping") becomeStopped(store, row);
}

/** Jobs make progress as the environment is looked at: tests wait in reads, not in seconds. */
export function progressStopJobs(store: Store, row: EnvironmentRow): void {
  if (row.state !== "stopping") return;
  let finished = false;
  for (const job of store.stopJobs.where("environment", row.id)) {
    if (job.state !== "running" || job.readsLeft === null) continue;
    if (--job.readsLeft <= 0) finished = true;
  }
  if (finished) finishStopJobs(store, row, "success");
}
