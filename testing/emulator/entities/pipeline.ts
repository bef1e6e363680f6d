import { projectPath } from "../model/tree";
import type { JobRow, PipelineRow } from "../model/rows";
import type { Store } from "../model/store";
import { userById } from "./people";

const iso = (date: Date | null) => date?.toISOString() ?? null;

function webUrl(store: Store, projectId: number, rest: string): string {
  const project = store.projects.get(projectId);
  return `${store.origin()}/${project ? projectPath(store, project) : projectId}/-/${rest}`;
}

/** As jobs and bridges embed it. */
function pipelineBasic(store: Store, row: PipelineRow) {
  return {
    id: row.id,
    iid: row.iid,
    project_id: row.projectId,
    sha: row.sha,
    ref: row.ref,
    status: row.status,
    source: row.source,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    web_url: webUrl(store, row.projectId, `pipelines/${row.id}`),
  };
}

export function pipelineListed(store: Store, row: PipelineRow) {
  return { ...pipelineBasic(store, row), name: row.name };
}

/** Answers of create, retry and cancel: everything but the name. */
export function pipelineNameless(store: Store, row: PipelineRow) {
  const path = new URL(webUrl(store, row.projectId, `pipelines/${row.id}`)).pathname;
  return {
    ...pipelineBasic(store, row),
    before_sha: "0".repeat(40),
    tag: row.tag,
    yaml_errors: row.yamlErrors,
    user: userById(store, row.userId),
    started_at: iso(row.startedAt),
    finished_at: iso(row.finishedAt),
    committed_at: null,
    duration: seconds(row.startedAt, row.finishedAt),
    queued_duration: seconds(row.createdAt, row.startedAt),
    coverage: row.coverage === null ? null : row.coverage.toFixed(2),
    detailed_status: {
      icon: `status_${row.status}`,
      text: row.status === "success" ? "Passed" : label(row.status),
      label: row.status === "success" ? "passed" : row.status,
      group: row.status,
      tooltip: row.status === "success" ? "passed" : row.status,
      has_details: true,
      details_path: path,
      illustration: null,
      favicon: `/assets/ci_favicons/favicon_status_${row.status}.png`,
    },
    archived: false,
  };
}

export function pipelineWhole(store: Store, row: PipelineRow) {
  return { ...pipelineNameless(store, row), name: row.name };
}

const label = (status: string) => status.charAt(0).toUpperCase() + status.slice(1);

function seconds(from: Date | null, to: Date | null): number | null {
  return from === null || to === null ? null : Math.round((to.getTime() - from.getTime()) / 1000);
}

/** https://docs.gitlab.com/api/jobs/ */
export function jobShown(store: Store, job: JobRow) {
  const pipeline = store.pipelines.get(job.pipelineId);
  return {
    id: job.id,
    status: job.status,
    stage: job.stage,
    name: job.name,
    ref: pipeline?.ref ?? null,
    tag: pipeline?.tag ?? false,
    coverage: null,
    allow_failure: job.allowFailure,
    created_at: job.createdAt.toISOString(),
    started_at: iso(job.startedAt),
    finished_at: iso(job.finishedAt),
    erased_at: null,
    duration: seconds(job.startedAt, job.finishedAt),
    queued_duration: seconds(job.createdAt, job.startedAt),
    user: userById(store, job.userId),
    commit: pipeline && { id: pipeline.sha, short_id: pipeline.sha.slice(0, 8), title: "" },
    pipeline: pipeline && pipelineBasic(store, pipeline),
    web_url: webUrl(store, job.projectId, `jobs/${job.id}`),
    project: { ci_job_token_scope_enabled: false },
  };
}

export function jobListed(store: Store, job: JobRow) {
  return {
    ...jobShown(store, job),
    artifacts: [],
    runner: null,
    runner_manager: null,
    artifacts_expire_at: null,
    archived: false,
    tag_list: [],
  };
}

export function bridgeListed(store: Store, job: JobRow) {
  const downstream = job.downstreamId === null ? undefined : store.pipelines.get(job.downstreamId);
  return {
    ...jobShown(store, job),
    downstream_pipeline: downstream === undefined ? null : pipelineBasic(store, downstream),
  };
}
