import { bridgeListed, jobListed, pipelineWhole } from "../entities/pipeline";
import { testReport, testSummary } from "../entities/testReport";
import { ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { page, paging, reversed } from "../http/pages";
import { boolean, integer, oneOf, required, string, strings, withDefault } from "../http/params";
import { asRef, holds, isOpen } from "../model/access";
import type { PipelineRow, ProjectRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Switches } from "../model/switches";
import { mustHold, projectOf } from "../rules/guards";
import { progressPipeline } from "../rules/pipelineModel";

export const base = "/projects/:id/pipelines";
export const one = { pipeline_id: required(integer) };

/** Older versions ignore job tokens here. */
export const readsPipelines = (switches: Switches): boolean => switches.jobTokensReadPipelines;

/** Pipelines and jobs have the same ones. */
export const ciStatuses = [
  "created",
  "waiting_for_resource",
  "preparing",
  "waiting_for_callback",
  "pending",
  "running",
  "success",
  "failed",
  "canceling",
  "canceled",
  "skipped",
  "manual",
  "scheduled",
];

/** Reads pipelines: reporters; guests where pipelines are public; whoever sees a public or internal project. */
function seesPipelines({ store, user }: Call<unknown>, project: ProjectRow): boolean {
  const place = asRef("project", project);
  return (
    isOpen(user, project) ||
    holds(store, user, place, Role.Reporter) ||
    (project.publicPipelines && holds(store, user, place, Role.Guest))
  );
}

/** Reads jobs: reporters, and everyone where pipelines are public. There are none where CI/CD is switched off. */
function seesJobs({ store, user }: Call<unknown>, project: ProjectRow): boolean {
  return (
    project.ciEnabled &&
    (project.publicPipelines || holds(store, user, asRef("project", project), Role.Reporter))
  );
}

export function readable(call: Call<unknown>): ProjectRow {
  const project = projectOf(call);
  if (!seesPipelines(call, project) || !seesJobs(call, project)) throw refuse.forbidden();
  return project;
}

/** The pipeline is looked up before the role: whoever may not read it is told 404 of one that is not there. */
function readablePipeline(call: Call<{ pipeline_id: number | null }>): PipelineRow {
  const project = projectOf(call);
  const row = pipelineOf(call, project);
  if (!seesPipelines(call, project)) throw refuse.forbidden();
  return row;
}

export function pipelineOf(call: Call<{ pipeline_id: number | null }>, project: ProjectRow): PipelineRow {
  const row = call.store.pipelines.get(call.params.pipeline_id ?? 0);
  if (row?.projectId !== project.id) throw refuse.noRecord();
  return row;
}

/** For what is made of its jobs. */
function pipelineWithJobs(call: Call<{ pipeline_id: number | null }>): PipelineRow {
  const project = projectOf(call);
  const row = pipelineOf(call, project);
  if (!seesJobs(call, project)) throw refuse.forbidden();
  return row;
}

/** Shows the pipeline as it is, and then lets it make progress. */
function shown(call: Call<unknown>, row: PipelineRow): unknown {
  const body = pipelineWhole(call.store, row);
  progressPipeline(call.store, row);
  return body;
}

const single = endpoint(
  "GET",
  `${base}/:pipeline_id`,
  { who: "anyone", jobToken: ["read_pipelines"], jobTokenWhere: readsPipelines, params: one },
  (call) => ok(shown(call, readablePipeline(call))),
);

/** None for the head commit of the ref is 403, not 404. https://docs.gitlab.com/api/pipelines/#get-the-latest-pipeline */
const latest = endpoint("GET", `${base}/latest`, { who: "anyone", params: { ref: string } }, (call) => {
  const project = projectOf(call);
  if (!seesPipelines(call, project)) throw refuse.forbidden();
  const ref = call.params.ref ?? project.defaultBranch;
  const head = project.branches.get(ref) ?? project.tags.get(ref);
  const row = call.store.pipelines
    .where("project", project.id)
    .findLast((each) => each.ref === ref && each.sha === head);
  if (row === undefined) throw refuse.forbidden();
  return ok(shown(call, row));
});

const jobFilters = { ...one, scope: oneOf(strings, ciStatuses), ...paging };

/** Since 19.2 `trigger_jobs` is the name of what `bridges` lists. */
const bridgePaths = ["bridges", "trigger_jobs"] as const;

function jobsOf(
  call: Call<{ pipeline_id: number | null; scope?: string[] | null | undefined }>,
  bridges: boolean,
) {
  const row = pipelineOf(call, readable(call));
  const scope = call.params.scope ?? [];
  return call.store.jobs
    .where("pipeline", row.id)
    .filter((job) => job.bridge === bridges && (scope.length === 0 || scope.includes(job.status)));
}

/** https://docs.gitlab.com/api/jobs/#list-all-jobs-by-pipeline */
const jobs = endpoint(
  "GET",
  `${base}/:pipeline_id/jobs`,
  {
    who: "anyone",
    jobToken: ["read_jobs"],
    params: { ...jobFilters, include_retried: withDefault(boolean, false) },
  },
  (call) => {
    const rows = jobsOf(call, false).filter((job) => call.params.include_retried || !job.retried);
    return page(call, reversed(rows), (job) => jobListed(call.store, job));
  },
);

const bridges = bridgePaths.map((path) =>
  endpoint(
    "GET",
    `${base}/:pipeline_id/${path}`,
    {
      who: "anyone",
      jobToken: ["read_jobs"],
      jobTokenWhere: readsPipelines,
      params: jobFilters,
      ...(path === "trigger_jobs" && { exists: (switches: Switches) => switches.triggerJobs }),
    },
    (call) => page(call, reversed(jobsOf(call, true)), (job) => bridgeListed(call.store, job)),
  ),
);

/** Maintainers, and the developer who made the pipeline. */
const variables = endpoint(
  "GET",
  `${base}/:pipeline_id/variables`,
  { who: "anyone", params: one },
  (call) => {
    const project = projectOf(call);
    const row = pipelineOf(call, project);
    const place = asRef("project", project);
    const own = row.userId === call.user?.id && holds(call.store, call.user, place, Role.Developer);
    if (!own) mustHold(call, place, Role.Maintainer);
    return ok(
      row.variables.map((each) => ({
        variable_type: each.variable_type,
        key: each.key,
        value: each.value,
        raw: false,
      })),
    );
  },
);

const report = endpoint("GET", `${base}/:pipeline_id/test_report`, { who: "anyone", params: one }, (call) =>
  ok(testReport(pipelineWithJobs(call))),
);

const summary = endpoint(
  "GET",
  `${base}/:pipeline_id/test_report_summary`,
  { who: "anyone", params: one },
  (call) => {
    const row = pipelineWithJobs(call);
    return ok(
      testSummary(
        row,
        call.store.jobs.where("pipeline", row.id).map((job) => job.id),
      ),
    );
  },
);

export const pipelines = [single, latest, jobs, ...bridges, variables, report, summary];
