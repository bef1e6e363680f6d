import type { DeploymentRow, EnvironmentRow } from "../model/rows";
import type { Store } from "../model/store";

/** Its deployments and stop jobs go with it; a protection by its name stays. */
export function removeEnvironment(store: Store, row: EnvironmentRow): void {
  for (const deployment of [...store.deployments.where("environment", row.id)])
    store.deployments.remove(deployment);
  for (const job of [...store.stopJobs.where("environment", row.id)]) store.stopJobs.remove(job);
  store.environments.remove(row);
}

/** The deployment that is live: the latest success by the time it finished. */
export function liveDeployment(store: Store, environmentId: number): DeploymentRow | undefined {
  let live: DeploymentRow | undefined;
  for (const row of store.deployments.where("environment", environmentId)) {
    if (row.status === "success" && (row.finishedAt?.getTime() ?? 0) >= (live?.finishedAt?.getTime() ?? 0))
      live = row;
  }
  return live;
}
