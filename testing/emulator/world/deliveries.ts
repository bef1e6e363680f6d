import { deploymentWhole } from "../entities/deployment";
import { pipelineWhole } from "../entities/pipeline";
import type {
  DeploymentRow,
  DeploymentStatus,
  MergeRequestRow,
  NoteRow,
  PipelineOutcome,
  PipelineRow,
} from "../model/rows";
import { moveDeployment, newDeployment } from "../rules/deploymentModel";
import { createEnvironment } from "../rules/environmentModel";
import { createPipeline, setPipelineStatus } from "../rules/pipelineModel";
import type { ProjectPlace } from "./directory";
import { Directory } from "./directory";

/** A deployment that a CI job made. */
export interface CiDeployment {
  readonly environment: string;
  /** Default `success`. */
  readonly status?: DeploymentStatus;
  /** Who started the pipeline; default the emulator's default user. */
  readonly user?: string;
  /** Default: the default branch. */
  readonly ref?: string;
}

/** Back doors to what is delivered: deployments, pipelines, merge requests. */
export class Deliveries extends Directory {
  /** The user that tokens and CI deployments belong to unless said otherwise. */
  defaultUser = "root";

  /** A deployment that a CI job made, which the API cannot make, change or block. */
  addCiDeployment(project: ProjectPlace, wanted: CiDeployment): DeploymentRow {
    const row = this.project(project);
    const user = this.user(wanted.user ?? this.defaultUser);
    const known = this.store.environments.find("name", `${row.id}/${wanted.environment}`);
    const environment = known ?? createEnvironment(this.store, row, wanted.environment);
    const ref = wanted.ref ?? row.defaultBranch;
    const pipeline = createPipeline(this.store, row, user, { ref, source: "push" });
    const [job] = this.store.jobs.where("pipeline", pipeline.id);
    const status = wanted.status ?? "success";
    return newDeployment(this.store, environment, user, {
      ref,
      sha: pipeline.sha,
      tag: pipeline.tag,
      status,
      jobId: job?.id ?? null,
    });
  }

  /** A deployment that waits for approval. */
  blockDeployment(project: ProjectPlace, wanted: Omit<CiDeployment, "status">): DeploymentRow {
    return this.addCiDeployment(project, { ...wanted, status: "blocked" });
  }

  /** Someone runs the job of a created or blocked deployment by hand, and it ends so. */
  runDeploymentJob(deploymentId: number, result: "running" | "success" | "failed" = "success"): void {
    const row = this.store.deployments.get(deploymentId);
    if (row === undefined) throw new Error(`there is no deployment ${deploymentId}`);
    moveDeployment(this.store, row, result);
  }

  deployments(project: ProjectPlace): ReturnType<typeof deploymentWhole>[] {
    return this.store.deployments
      .where("project", this.project(project).id)
      .map((row) => deploymentWhole(this.store, row));
  }

  /** What becomes of the project's pipelines from now on. */
  setPipelineOutcome(project: ProjectPlace, outcome: Partial<PipelineOutcome>): void {
    this.project(project).outcome = { status: "success", readsPerStep: 1, ...outcome };
  }

  /** A pipeline that something other than the API started. */
  addPipeline(
    project: ProjectPlace,
    wanted: { ref?: string; source?: string; user?: string; status?: string } = {},
  ) {
    const row = this.project(project);
    const pipeline: PipelineRow = createPipeline(
      this.store,
      row,
      this.user(wanted.user ?? this.defaultUser),
      {
        ref: wanted.ref ?? row.defaultBranch,
        source: wanted.source ?? "push",
      },
    );
    if (wanted.status !== undefined) setPipelineStatus(this.store, pipeline, wanted.status);
    return pipeline;
  }

  /** It ends now, in this status. */
  finishPipeline(pipelineId: number, status = "success"): void {
    const row = this.store.pipelines.get(pipelineId);
    if (row === undefined) throw new Error(`there is no pipeline ${pipelineId}`);
    setPipelineStatus(this.store, row, status);
  }

  pipelines(project: ProjectPlace): ReturnType<typeof pipelineWhole>[] {
    return this.store.pipelines
      .where("project", this.project(project).id)
      .map((row) => pipelineWhole(this.store, row));
  }

  addMergeRequest(project: ProjectPlace, wanted: Partial<MergeRequestRow> = {}): MergeRequestRow {
    const row = this.project(project);
    const now = this.store.now();
    return this.store.mergeRequests.insert({
      iid: this.store.nextIid("mergeRequest", row.id),
      projectId: row.id,
      title: "A change",
      description: "",
      state: "opened",
      sourceBranch: "develop",
      targetBranch: row.defaultBranch,
      authorId: this.user(this.defaultUser).id,
      labels: [],
      createdAt: now,
      updatedAt: now,
      ...wanted,
    });
  }

  /** Says that the deployment shipped the merge request. */
  linkMergeRequest(deploymentId: number, mergeRequest: MergeRequestRow): void {
    this.store.deployments.get(deploymentId)?.mergeRequestIds.push(mergeRequest.id);
  }

  notes(mergeRequest: MergeRequestRow): readonly NoteRow[] {
    return this.store.notes.where("mergeRequest", mergeRequest.id);
  }
}
