import { deployment } from "../entities/deployment";
import { refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { between, ordered } from "../http/narrow";
import { page, paging, reversed } from "../http/pages";
import type { Field, Values } from "../http/params";
import { datetime, oneOf, string, withDefault } from "../http/params";
import type { DeploymentRow, ProjectRow } from "../model/rows";
import { mustRead, projectOf } from "../rules/guards";

const orders = ["id", "iid", "created_at", "updated_at", "finished_at", "ref"] as const;
const statuses = ["created", "running", "success", "failed", "canceled", "skipped", "blocked"];

const filters = {
  order_by: withDefault(oneOf(string, orders), "id"),
  sort: withDefault(oneOf(string, ["asc", "desc"]), "asc"),
  status: oneOf(string, statuses),
  environment: string,
  updated_after: datetime,
  updated_before: datetime,
  finished_after: datetime,
  finished_before: datetime,
  ...paging,
} satisfies Record<string, Field>;

/** https://docs.gitlab.com/api/deployments/#list-project-deployments */
const list = endpoint(
  "GET",
  "/projects/:id/deployments",
  {
    who: "user",
    jobToken: ["read_deployments"],
    params: filters,
    rules: [
      ({ order_by }, store) =>
        order_by === "ref" && !store.switches.deploymentsByRef
          ? ["order_by does not have a valid value"]
          : [],
    ],
  },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    refuseSlowQueries(call.params);
    const { order_by: by, sort } = call.params;
    const rows = matching(call, project);
    const sorted =
      by === "id" || by === "iid"
        ? sort === "desc"
          ? reversed(rows)
          : rows
        : ordered(rows, keyOf[by] ?? idOf, sort);
    return page(call, sorted, (row) => deployment(call.store, row));
  },
);

const idOf = (row: DeploymentRow) => row.id;
const keyOf: Record<string, (row: DeploymentRow) => Date | string | number | null> = {
  created_at: (row) => row.createdAt,
  updated_at: (row) => row.updatedAt,
  finished_at: (row) => row.finishedAt,
  ref: (row) => row.ref,
};

/** Filters that GitLab has no index for. */
function refuseSlowQueries(params: Values<typeof filters>): void {
  const updated = params.updated_after != null || params.updated_before != null;
  const finished = params.finished_after != null || params.finished_before != null;
  if (updated && finished) {
    throw refuse.badRequest("Both `updated_at` filter and `finished_at` filter can not be specified");
  }
  if (updated && params.order_by !== "updated_at") {
    throw refuse.badRequest("`updated_at` filter requires `updated_at` sort");
  }
  if (finished && params.order_by !== "finished_at") {
    throw refuse.badRequest("`finished_at` filter requires `finished_at` sort.");
  }
  if (finished && params.status !== "success") {
    throw refuse.badRequest("`finished_at` filter must be combined with `success` status filter.");
  }
  const ended = ["success", "failed", "canceled"].includes(params.status ?? "");
  if (params.order_by === "finished_at" && !finished && !ended) {
    throw refuse.badRequest(
      "`finished_at` sort requires `finished_at` filter or a filter with at least one of the finished statuses.",
    );
  }
}

/** No copy where nothing is left out. */
function matching(call: Call<Values<typeof filters>>, project: ProjectRow): readonly DeploymentRow[] {
  const { store, params } = call;
  const { environment: name, status } = params;
  const environment = name ? store.environments.find("name", `${project.id}/${name}`) : undefined;
  if (name && environment === undefined) return [];
  const rows = environment
    ? store.deployments.where("environment", environment.id)
    : store.deployments.where("project", project.id);
  const dated = [params.updated_after, params.updated_before, params.finished_after, params.finished_before];
  if (!status && dated.every((date) => date == null)) return rows;
  return rows.filter(
    (row) =>
      (!status || row.status === status) &&
      between(row.updatedAt, { after: params.updated_after, before: params.updated_before }) &&
      between(row.finishedAt, { after: params.finished_after, before: params.finished_before }),
  );
}

export const deploymentList = [list];
