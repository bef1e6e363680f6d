import { Refusal, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { canSeeGroup, canSeeProject, holds } from "../model/access";
import type { ContainerRef, GroupRow, ProjectRow, UserRow } from "../model/rows";
import { findGroup, findProject, projectPath } from "../model/tree";
import { mayRead, mayWrite, mayWritePipelines } from "./abilities";

/** The project of the path, if the caller may know of it. Hidden ones do not exist: 404, never 403. */
export function projectOf(call: Call<unknown>): ProjectRow {
  const { store } = call;
  const reference = call.path["id"] ?? "";
  const moved = store.formerPaths.get(reference.toLowerCase());
  const project =
    findProject(store, reference) ?? (moved === undefined ? undefined : store.projects.get(moved));
  if (project === undefined || !canSeeProject(store, call.user, project)) throw refuse.notFound("Project");
  if (findProject(store, reference) === undefined) throw movedTo(call, project);
  checkJobToken(call, project);
  return project;
}

/** https://docs.gitlab.com/api/rest/#redirects */
function movedTo(call: Call<unknown>, project: ProjectRow): Refusal {
  if (call.incoming.method !== "GET") {
    return new Refusal(405, { message: "Non GET methods are not allowed for moved projects" });
  }
  const path = call.incoming.rawPath.replace(/\/projects\/[^/]+/, `/projects/${project.id}`);
  const query = new URLSearchParams(call.incoming.query as Record<string, string>).toString();
  const location = `${call.store.origin()}${path}${query && `?${query}`}`;
  return new Refusal(301, `This resource has been moved permanently to ${location}`, {
    Location: location,
    "Content-Type": "text/plain",
  });
}

function checkJobToken(call: Call<unknown>, project: ProjectRow): void {
  const from = call.jobToken?.jobProjectId;
  if (from == null || from === project.id) return;
  const allowed = project.jobTokenAllowlist.get(from);
  if (allowed !== undefined) return checkPermissions(call, project, allowed);
  const source = call.store.projects.get(from);
  const [src, dst] = [
    source ? projectPath(call.store, source) : String(from),
    projectPath(call.store, project),
  ];
  throw refuse.forbidden(`Authentication by CI/CD job token not allowed from ${src} to ${dst}.`);
}

/** https://docs.gitlab.com/ci/jobs/fine_grained_permissions/ */
function checkPermissions(call: Call<unknown>, project: ProjectRow, held: readonly string[] | "all"): void {
  const needed = call.endpoint.rules.jobToken ?? [];
  if (held === "all" || needed.every((each) => held.includes(each))) return;
  const which =
    needed.length === 1
      ? `The following token permission is required: ${needed[0]}.`
      : `The following token permissions are required: ${needed.join(" and ")}.`;
  throw refuse.forbidden(
    `Insufficient permissions to access this resource in project ${project.path}. ${which}`,
  );
}

export function groupOfPath(call: Call<unknown>): GroupRow {
  const group = findGroup(call.store, call.path["id"] ?? "");
  if (group === undefined || !canSeeGroup(call.store, call.user, group)) throw refuse.notFound("Group");
  return group;
}

export function mustHold(call: Call<unknown>, container: ContainerRef, level: number): void {
  if (!holds(call.store, call.user, container, level)) throw refuse.forbidden();
}

/** For environments and deployments; the caller needs no role where the project is open to them. */
export function mustRead(call: Call<unknown>, project: ProjectRow): void {
  if (!mayRead(call.store, call.user, project)) throw refuse.forbidden();
}

/** For environments and deployments: an archived project, or one without them, refuses it to everyone. */
export function mustWrite(call: Call<unknown>, project: ProjectRow, level: number): void {
  if (!mayWrite(call.store, call.user, project, level)) throw refuse.forbidden();
}

export function mustWritePipelines(call: Call<unknown>, project: ProjectRow, level: number): void {
  if (!mayWritePipelines(call.store, call.user, project, level)) throw refuse.forbidden();
}

/** The caller of an endpoint that is closed to anonymous calls. */
export function someone(call: Call<unknown>): UserRow {
  if (call.user === null) throw refuse.unauthorized();
  return call.user;
}

/** `If-Unmodified-Since` on a DELETE. */
export function unmodified(call: Call<unknown>, row: { updatedAt: Date }): void {
  const since = call.incoming.headers["if-unmodified-since"];
  // HTTP dates have whole seconds.
  if (since !== undefined && Math.floor(row.updatedAt.getTime() / 1000) * 1000 > Date.parse(since)) {
    throw refuse.preconditionFailed();
  }
}
