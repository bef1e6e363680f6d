import { deploymentWhole } from "../entities/deployment";
import { mergeRequest } from "../entities/mergeRequest";
import { created, noContent, ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { boolean, integer, oneOf, required, string } from "../http/params";
import type { DeploymentRow, EnvironmentRow, ProjectRow } from "../model/rows";
import { Role } from "../model/rows";
import { mayDeploy } from "../rules/coverage";
import { changeStatus, commitOf, equalDeployment, newDeployment } from "../rules/deploymentModel";
import { createEnvironment } from "../rules/environmentModel";
import { mustRead, mustWrite, projectOf, someone, unmodified } from "../rules/guards";
import { liveDeployment } from "../rules/removal";
import { mergeRequestFilters, matchingMergeRequests } from "./mergeRequests";

const base = "/projects/:id/deployments";
const reads = { who: "user", jobToken: ["read_deployments"] } as const;
const writes = { who: "user", jobToken: ["admin_deployments"] } as const;
const settable = ["running", "success", "failed", "canceled"] as const;
type Settable = (typeof settable)[number];
const one = { deployment_id: required(integer) };

function readable(call: Call<unknown>): ProjectRow {
  const project = projectOf(call);
  mustRead(call, project);
  return project;
}

export function deploymentOf(call: Call<unknown>, project: ProjectRow, id: number | null): DeploymentRow {
  const row = call.store.deployments.get(id ?? 0);
  if (row?.projectId !== project.id) throw refuse.noRecord();
  return row;
}

/** Nobody deploys, moves or deletes what is protected from them. */
function mustDeploy(call: Call<unknown>, environment: EnvironmentRow | undefined): void {
  if (environment && !mayDeploy(call.store, someone(call), environment)) throw refuse.forbidden();
}

/** https://docs.gitlab.com/api/deployments/#get-a-specific-deployment */
const single = endpoint("GET", `${base}/:deployment_id`, { ...reads, params: one }, (call) => {
  const row = deploymentOf(call, readable(call), call.params.deployment_id);
  return ok(deploymentWhole(call.store, row));
});

/**
 * The environment is found or made on the way: a wrong sha or a missing right leaves it behind, a wrong ref does not.
 * https://docs.gitlab.com/api/deployments/#create-a-deployment
 */
const create = endpoint(
  "POST",
  base,
  {
    who: "user",
    jobToken: ["admin_deployments", "admin_environments"],
    params: {
      environment: required(string),
      sha: required(string),
      ref: required(string),
      tag: required(boolean),
      status: required(oneOf(string, settable)),
    },
  },
  (call) => {
    const { store, params } = call;
    const project = projectOf(call);
    mustWrite(call, project, Role.Developer);
    const [name, sha, ref] = [params.environment ?? "", params.sha ?? "", params.ref ?? ""];
    if (commitOf(project, ref) === undefined)
      throw refuse.model({ ref: ["The branch or tag does not exist"] });
    const known = store.environments.find("name", `${project.id}/${name}`);
    const environment = known ?? createEnvironment(store, project, name);
    mustDeploy(call, environment);
    if (commitOf(project, sha) === undefined) throw refuse.model({ sha: ["The commit does not exist"] });
    const status = params.status as Settable;
    const wanted = { ref, sha, tag: params.tag ?? false, status, jobId: null };
    const row =
      equalDeployment(store, environment, wanted) ?? newDeployment(store, environment, someone(call), wanted);
    return created(deploymentWhole(store, row));
  },
);

/**
 * Here the id is not declared as a number: a word is simply not found.
 * The deployment is looked up before the role: whoever may not change it is told 404 of one that is not there.
 */
const update = endpoint(
  "PUT",
  `${base}/:deployment_id`,
  { ...writes, params: { deployment_id: required(string), status: required(oneOf(string, settable)) } },
  (call) => {
    const project = projectOf(call);
    const row = deploymentOf(call, project, Number(call.params.deployment_id));
    mustWrite(call, project, Role.Developer);
    mustDeploy(call, call.store.environments.get(row.environmentId));
    if (row.jobId !== null) {
      throw refuse.forbidden("Deployments created using GitLab CI can not be updated using the API");
    }
    changeStatus(call.store, row, call.params.status as Settable);
    return ok(deploymentWhole(call.store, row));
  },
);

const remove = endpoint("DELETE", `${base}/:deployment_id`, { ...writes, params: one }, (call) => {
  const project = projectOf(call);
  const row = deploymentOf(call, project, call.params.deployment_id);
  mustWrite(call, project, Role.Maintainer);
  mustDeploy(call, call.store.environments.get(row.environmentId));
  unmodified(call, row);
  if (row.status === "running") throw refuse.model("Cannot destroy running deployment");
  if (liveDeployment(call.store, row.environmentId) === row) {
    throw refuse.model("Deployment currently deployed to environment");
  }
  call.store.deployments.remove(row);
  return noContent();
});

/** https://docs.gitlab.com/api/deployments/#list-of-merge-requests-associated-with-a-deployment */
const mergeRequests = endpoint(
  "GET",
  `${base}/:deployment_id/merge_requests`,
  { ...reads, params: { ...one, ...mergeRequestFilters, ...paging } },
  (call) => {
    const project = readable(call);
    const row = call.store.deployments.get(call.params.deployment_id ?? 0);
    // The deployment is a filter and not looked up: of one that is not there, the list is empty.
    const linked = (row?.projectId === project.id ? row.mergeRequestIds : [])
      .map((id) => call.store.mergeRequests.get(id))
      .filter((each) => each !== undefined);
    return page(call, matchingMergeRequests(call, linked), (each) => mergeRequest(call.store, each));
  },
);

export const deployments = [single, create, update, remove, mergeRequests];
