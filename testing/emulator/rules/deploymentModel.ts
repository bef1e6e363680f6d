import { refuse } from "../http/answers";
import type { DeploymentRow, DeploymentStatus, EnvironmentRow, ProjectRow, UserRow } from "../model/rows";
import type { Store } from "../model/store";
import { liveDeployment } from "./removal";

export interface NewDeployment {
  ref: string;
  sha: string;
  tag: boolean;
  status: DeploymentStatus;
  /** The CI job that made it; null for the API. */
  jobId: number | null;
}

export function newDeployment(
  store: Store,
  environment: EnvironmentRow,
  user: UserRow,
  fields: NewDeployment,
): DeploymentRow {
  const now = store.now();
  const row = store.deployments.insert({
    ...fields,
    iid: store.nextIid("deployment", environment.projectId),
    projectId: environment.projectId,
    environmentId: environment.id,
    status: "created",
    userId: user.id,
    approvals: [],
    mergeRequestIds: [],
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
  });
  if (fields.status !== "created") moveDeployment(store, row, fields.status);
  return row;
}

/**
 * A success that says what the environment's last success said already makes nothing: that record is the answer.
 * So also where CI made it; no worker runs, and a stopped environment stays stopped.
 */
export function equalDeployment(
  store: Store,
  environment: EnvironmentRow,
  { ref, sha, tag, status }: NewDeployment,
): DeploymentRow | undefined {
  const last = liveDeployment(store, environment.id);
  const equal = status === "success" && last?.ref === ref && last.sha === sha && last.tag === tag;
  return equal ? last : undefined;
}

/** No rules here: CI and the back doors go anywhere. A success restarts a stopped or stopping environment a moment later. */
export function moveDeployment(store: Store, row: DeploymentRow, status: DeploymentStatus): void {
  const now = store.now();
  const finished = ["success", "failed", "canceled", "skipped"].includes(status);
  Object.assign(row, { status, updatedAt: now, finishedAt: finished ? now : null });
  if (status === "success") {
    store.later(() => {
      const environment = store.environments.get(row.environmentId);
      if (environment !== undefined && environment.state !== "available")
        Object.assign(environment, { state: "available", updatedAt: store.now() });
    });
  }
}

const events = { running: "run", success: "succeed", failed: "drop", canceled: "cancel" } as const;

/** https://docs.gitlab.com/api/deployments/#update-a-deployment */
export function changeStatus(store: Store, row: DeploymentRow, status: keyof typeof events): void {
  const allowed = status === "running" ? ["created", "blocked"].includes(row.status) : row.status !== status;
  if (!allowed) throw refuse.model({ status: [`cannot transition via "${events[status]}"`] });
  moveDeployment(store, row, status);
}

/** The commit that git would find for a branch, a tag or a sha; ref and sha parameters are both looked up so. */
export function commitOf(project: ProjectRow, revision: string): string | undefined {
  const named = project.branches.get(revision) ?? project.tags.get(revision);
  if (named !== undefined) return named;
  const ref = /^refs\/(heads|tags)\/(.+)$/.exec(revision);
  if (ref?.[2] !== undefined) return (ref[1] === "heads" ? project.branches : project.tags).get(ref[2]);
  if (revision === "HEAD") return project.branches.get(project.defaultBranch);
  if (!/^[0-9a-f]{7,40}$/.test(revision)) return undefined;
  return [...project.commits].find((sha) => sha.startsWith(revision));
}
