import { environmentCommon, environmentWithProject } from "../entities/environment";
import { lastDeployment } from "../entities/deployment";
import { created, noContent, ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { boolean, exclusive, integer, oneOf, required, string, withDefault } from "../http/params";
import { tiers } from "../model/naming";
import type { EnvironmentRow, ProjectRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Store } from "../model/store";
import { mayDeploy } from "../rules/coverage";
import { createEnvironment, updateEnvironment } from "../rules/environmentModel";
import { mustRead, mustWrite, projectOf, someone, unmodified } from "../rules/guards";
import { removeEnvironment } from "../rules/removal";
import { progressStopJobs, stop } from "../rules/stop";

const base = "/projects/:id/environments";
const reads = { who: "user", jobToken: ["read_environments"] } as const;
const writes = { who: "user", jobToken: ["admin_environments"] } as const;

const settings = {
  external_url: string,
  tier: oneOf(string, tiers),
  description: string,
  auto_stop_setting: oneOf(string, ["always", "with_action"]),
  cluster_agent_id: integer,
  kubernetes_namespace: string,
  flux_resource_path: string,
  slug: { ...string, refused: "slug is automatically generated and cannot be changed" },
};

function environmentOf(call: Call<{ environment_id: number | null }>, project: ProjectRow): EnvironmentRow {
  const row = call.store.environments.get(call.params.environment_id ?? 0);
  if (row?.projectId !== project.id) throw refuse.noRecord();
  return row;
}

/** https://docs.gitlab.com/api/environments/#list-environments */
const list = endpoint(
  "GET",
  base,
  {
    ...reads,
    params: {
      name: string,
      search: string,
      states: oneOf(string, ["available", "stopping", "stopped"]),
      ...paging,
    },
    rules: [exclusive("name", "search")],
  },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    const { name, search, states } = call.params;
    if (search && search.length < 3) throw refuse.badRequest("Search query is less than 3 characters");
    const rows = named(call.store, project, name, search);
    return page(call, states ? rows.filter((row) => row.state === states) : rows, (row) => {
      const shown = environmentWithProject(call.store, row, call.user);
      progressStopJobs(call.store, row);
      return shown;
    });
  },
);

/** `name` is exact; `search` begins the name or its part inside a folder (`fix` finds `review/fix-foo`), in any case. */
function named(store: Store, project: ProjectRow, exact?: string | null, search?: string | null) {
  if (exact) return store.environments.where("name", `${project.id}/${exact}`);
  const rows = store.environments.where("project", project.id);
  const prefix = search?.toLowerCase();
  if (!prefix) return rows;
  return rows.filter(({ name }) => {
    const whole = name.toLowerCase();
    const slash = whole.indexOf("/");
    return whole.startsWith(prefix) || (slash >= 0 && whole.slice(slash + 1).startsWith(prefix));
  });
}

const one = endpoint(
  "GET",
  `${base}/:environment_id`,
  { ...reads, params: { environment_id: required(integer) } },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    const row = environmentOf(call, project);
    const shown = {
      ...environmentCommon(call.store, row, call.user),
      last_deployment: lastDeployment(call.store, row),
    };
    progressStopJobs(call.store, row);
    return ok(shown);
  },
);

const create = endpoint(
  "POST",
  base,
  { ...writes, params: { name: required(string), ...settings } },
  (call) => {
    const project = projectOf(call);
    mustWrite(call, project, Role.Developer);
    const row = createEnvironment(call.store, project, call.params.name ?? "", call.params);
    return created(environmentWithProject(call.store, row, call.user));
  },
);

/** `name` is not declared here: it is ignored, and the answer is 200 all the same. */
const update = endpoint(
  "PUT",
  `${base}/:environment_id`,
  { ...writes, params: { environment_id: required(integer), ...settings } },
  (call) => {
    const project = projectOf(call);
    mustWrite(call, project, Role.Developer);
    const row = environmentOf(call, project);
    updateEnvironment(call.store, row, call.params);
    return ok(environmentWithProject(call.store, row, call.user));
  },
);

const remove = endpoint(
  "DELETE",
  `${base}/:environment_id`,
  { ...writes, params: { environment_id: required(integer) } },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    const row = environmentOf(call, project);
    mustWrite(call, project, Role.Developer);
    if (row.state !== "stopped" || !mayDeploy(call.store, someone(call), row)) throw refuse.forbidden();
    unmodified(call, row);
    removeEnvironment(call.store, row);
    return noContent();
  },
);

const stopOne = endpoint(
  "POST",
  `${base}/:environment_id/stop`,
  { ...writes, params: { environment_id: required(integer), force: withDefault(boolean, false) } },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    const row = environmentOf(call, project);
    mustWrite(call, project, Role.Developer);
    if (!mayDeploy(call.store, someone(call), row)) throw refuse.forbidden();
    stop(call.store, row, call.params.force);
    return ok(environmentWithProject(call.store, row, call.user));
  },
);

export const environments = [list, one, create, update, remove, stopOne];
