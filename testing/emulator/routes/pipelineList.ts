import { pipelineListed } from "../entities/pipeline";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { between, ordered } from "../http/narrow";
import { page, paging, reversed } from "../http/pages";
import type { Field, Values } from "../http/params";
import { boolean, datetime, oneOf, string, withDefault } from "../http/params";
import type { PipelineRow, ProjectRow } from "../model/rows";
import { finished, progressPipeline } from "../rules/pipelineModel";
import { base, ciStatuses, readable, readsPipelines } from "./pipelines";

const sources = [
  "unknown",
  "push",
  "web",
  "trigger",
  "schedule",
  "api",
  "external",
  "pipeline",
  "chat",
  "webide",
  "merge_request_event",
  "external_pull_request_event",
  "parent_pipeline",
  "ondemand_dast_scan",
  "ondemand_dast_validation",
  "security_orchestration_policy",
  "container_registry_push",
  "duo_workflow",
  "pipeline_execution_policy_schedule",
];

const filters = {
  scope: oneOf(string, ["running", "pending", "finished", "branches", "tags"]),
  status: oneOf(string, ciStatuses),
  source: oneOf(string, sources),
  ref: string,
  sha: string,
  username: string,
  name: string,
  yaml_errors: boolean,
  updated_after: datetime,
  updated_before: datetime,
  created_after: datetime,
  created_before: datetime,
  order_by: withDefault(oneOf(string, ["id", "status", "ref", "updated_at", "user_id"]), "id"),
  sort: withDefault(oneOf(string, ["asc", "desc"]), "desc"),
  ...paging,
} satisfies Record<string, Field>;

/** https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
const list = endpoint(
  "GET",
  base,
  { who: "anyone", jobToken: ["read_pipelines"], jobTokenWhere: readsPipelines, params: filters },
  (call) => {
    const { order_by: by, sort } = call.params;
    const rows = matching(call, readable(call));
    const sorted =
      by === "id" ? (sort === "desc" ? reversed(rows) : rows) : ordered(rows, keyOf[by] ?? idOf, sort);
    return page(call, sorted, (row) => {
      const shown = pipelineListed(call.store, row);
      progressPipeline(call.store, row);
      return shown;
    });
  },
);

const idOf = (row: PipelineRow) => row.id;
const keyOf: Record<string, (row: PipelineRow) => number | string | Date> = {
  status: (row) => row.status,
  ref: (row) => row.ref,
  updated_at: (row) => row.updatedAt,
  user_id: (row) => row.userId,
};

/** Child pipelines show only when asked for. */
function matching(call: Call<Values<typeof filters>>, project: ProjectRow): PipelineRow[] {
  const { params, store } = call;
  const user = params.username
    ? (store.users.find("username", params.username.toLowerCase())?.id ?? 0)
    : undefined;
  const rows = store.pipelines
    .where("project", project.id)
    .filter(
      (row) =>
        (params.source ? row.source === params.source : row.source !== "parent_pipeline") &&
        (!params.status || row.status === params.status) &&
        (!params.ref || row.ref === params.ref) &&
        (!params.sha || row.sha === params.sha) &&
        (!params.name || row.name === params.name) &&
        (user === undefined || row.userId === user) &&
        (params.yaml_errors == null || (row.yamlErrors !== null) === params.yaml_errors) &&
        between(row.updatedAt, { after: params.updated_after, before: params.updated_before }) &&
        between(row.createdAt, { after: params.created_after, before: params.created_before }),
    );
  return params.scope ? inScope(rows, params.scope, project) : rows;
}

function inScope(rows: PipelineRow[], scope: string, project: ProjectRow): PipelineRow[] {
  if (scope === "finished") return rows.filter((row) => finished.includes(row.status));
  if (scope === "running" || scope === "pending") return rows.filter((row) => row.status === scope);
  const refs = scope === "branches" ? project.branches : project.tags;
  const newest = new Map(rows.map((row) => [row.ref, row]));
  return rows.filter(
    (row) => refs.has(row.ref) && row.tag === (scope === "tags") && newest.get(row.ref) === row,
  );
}

export const pipelineList = [list];
