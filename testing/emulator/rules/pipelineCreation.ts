import { refuse } from "../http/answers";
import { levelIn, asRef } from "../model/access";
import type { MergeRequestRow, PipelineRow, ProjectRow, UserRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Store } from "../model/store";
import type { NewPipeline } from "./pipelineModel";
import { createPipeline } from "./pipelineModel";

/** Creates as the API does: the first thing wrong is the answer (400, key `base`), and nothing is stored then. */
export function requestPipeline(
  store: Store,
  project: ProjectRow,
  user: UserRow,
  wanted: NewPipeline,
): PipelineRow {
  const fault = firstFault(store, project, user, wanted);
  if (fault !== undefined) throw refuse.model({ base: [fault] });
  const [ref] = refsNamed(project, wanted.ref);
  return createPipeline(store, project, user, { ...wanted, ...(ref && { ref: ref.name, tag: ref.tag }) });
}

/**
 * Of a merge request, at the head of its source branch; undefined where that has nothing that the target does not have.
 * Another one is made each time: the API asks for it. One from a fork runs in the fork, for the source branch, where the user may
 * run none in the target.
 * https://docs.gitlab.com/api/merge_requests/#create-merge-request-pipeline
 */
export function requestMergeRequestPipeline(
  store: Store,
  project: ProjectRow,
  user: UserRow,
  request: MergeRequestRow,
): PipelineRow | undefined {
  const source = store.projects.get(request.sourceProjectId ?? project.id) ?? project;
  const sha = source.branches.get(request.sourceBranch);
  if (sha === undefined || sha === project.branches.get(request.targetBranch)) return undefined;
  const mayRun = (where: ProjectRow): boolean =>
    user.admin || levelIn(store, user.id, asRef("project", where)) >= Role.Developer;
  const where = mayRun(project) ? project : source;
  const wanted = { ref: request.sourceBranch, source: "merge_request_event" };
  const fault = mayRun(where)
    ? firstFault(store, source, user, wanted)
    : "Insufficient permissions to create a new pipeline";
  if (fault !== undefined) throw refuse.model({ base: [fault] });
  const ref = where === project ? `refs/merge-requests/${request.iid}/head` : wanted.ref;
  return createPipeline(store, where, user, { ...wanted, ref, sha });
}

/** `main`, or in full `refs/heads/main`; a branch and a tag of one name are two. */
function refsNamed(project: ProjectRow, ref: string): { name: string; tag: boolean }[] {
  const [, kind, rest] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [undefined, undefined, ref];
  const name = rest ?? ref;
  return [
    ...(kind !== "tags" && project.branches.has(name) ? [{ name, tag: false }] : []),
    ...(kind !== "heads" && project.tags.has(name) ? [{ name, tag: true }] : []),
  ];
}

function firstFault(
  store: Store,
  project: ProjectRow,
  user: UserRow,
  wanted: NewPipeline,
): string | undefined {
  const level = user.admin ? 60 : levelIn(store, user.id, asRef("project", project));
  const variables = wanted.variables ?? [];
  const keys = variables.map((each) => each.key);
  const repeated = keys.find((key, i) => keys.indexOf(key) < i);
  const found = refsNamed(project, wanted.ref);
  const guard = project.protectedRefs.find((each) => each.name === found[0]?.name);
  if (!project.ciEnabled) return "Pipelines are disabled!";
  if (found.length === 0) return "Reference not found";
  if (found.length > 1) return "Ref is ambiguous";
  if (guard !== undefined && (guard.level === 0 || level < guard.level)) return protectedRef(wanted.ref);
  if (variables.length > 0 && (project.variablesRole === 0 || level < project.variablesRole)) {
    return "Insufficient permissions to set pipeline variables";
  }
  if (keys.includes("")) return "Variables key can't be blank";
  if (repeated !== undefined) return `Duplicate variable name: ${repeated}`;
  if (isTooMany(store, project, user)) {
    return "Too many pipelines created in the last minute. Try again later.";
  }
  if (!project.ciConfig) return "Missing CI config file";
  return outcomeFault(project);
}

/** This one comes with markup in it. */
function protectedRef(ref: string): string {
  return (
    `You do not have sufficient permission to run a pipeline on '${ref}'. ` +
    `Please select a different branch or contact your administrator for assistance. ` +
    `<a href="https://docs.gitlab.com/ci/pipelines/#pipeline-security-on-protected-branches">Learn more</a>`
  );
}

function isTooMany(store: Store, project: ProjectRow, user: UserRow): boolean {
  const since = store.now().getTime() - 60_000;
  const mine = store.pipelines
    .where("project", project.id)
    .filter((row) => row.userId === user.id && row.createdAt.getTime() > since);
  return mine.length >= store.switches.pipelinesPerMinute;
}

function outcomeFault(project: ProjectRow): string | undefined {
  const { createError, createErrorTimes } = project.outcome;
  if (createError === undefined) return undefined;
  if (createErrorTimes === undefined) return createError;
  if (createErrorTimes <= 0) return undefined;
  project.outcome = { ...project.outcome, createErrorTimes: createErrorTimes - 1 };
  return createError;
}
