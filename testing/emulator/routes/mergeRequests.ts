import { mergeRequest, note } from "../entities/mergeRequest";
import { pipelineNameless } from "../entities/pipeline";
import { created, noContent, ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { between, ordered } from "../http/narrow";
import { page, paging } from "../http/pages";
import type { Field, Values } from "../http/params";
import {
  boolean,
  datetime,
  hash,
  integer,
  oneOf,
  required,
  string,
  strings,
  withDefault,
} from "../http/params";
import { asRef, holds } from "../model/access";
import type { MergeRequestRow, NoteRow } from "../model/rows";
import { Role } from "../model/rows";
import { mustHold, projectOf, someone } from "../rules/guards";
import { requestMergeRequestPipeline } from "../rules/pipelineCreation";

const base = "/projects/:id/merge_requests";

/** Filters that `not` may hold, too. */
const negatable = {
  labels: string,
  author_id: integer,
  author_username: string,
  assignee_id: string,
  assignee_username: strings,
  reviewer_id: string,
  reviewer_username: string,
  milestone: string,
  my_reaction_emoji: string,
} satisfies Record<string, Field>;

/** https://docs.gitlab.com/api/merge_requests/#list-merge-requests (those that a deployment's list is used with) */
export const mergeRequestFilters = {
  state: withDefault(oneOf(string, ["opened", "closed", "locked", "merged", "all"]), "all"),
  order_by: withDefault(
    oneOf(string, [
      "created_at",
      "label_priority",
      "milestone_due",
      "popularity",
      "priority",
      "title",
      "updated_at",
      "merged_at",
    ]),
    "created_at",
  ),
  sort: withDefault(oneOf(string, ["asc", "desc"]), "desc"),
  ...negatable,
  // Declared, and of no effect here: the ledger says so.
  with_labels_details: boolean,
  with_merge_status_recheck: boolean,
  deployed_after: datetime,
  deployed_before: datetime,
  environment: string,
  scope: oneOf(string, ["created_by_me", "assigned_to_me", "reviews_for_me", "all"]),
  source_project_id: integer,
  in: string,
  wip: oneOf(string, ["yes", "no"]),
  approved: oneOf(string, ["yes", "no"]),
  approved_by_ids: strings,
  approver_ids: strings,
  merge_user_id: integer,
  merge_user_username: string,
  not: hash,
  source_branch: string,
  target_branch: string,
  search: string,
  created_after: datetime,
  created_before: datetime,
  updated_after: datetime,
  updated_before: datetime,
} satisfies Record<string, Field>;

export function matchingMergeRequests(
  { store, params }: Call<Values<typeof mergeRequestFilters>>,
  rows: readonly MergeRequestRow[],
): MergeRequestRow[] {
  const labels = params.labels ? params.labels.split(",") : [];
  const search = params.search?.toLowerCase() ?? "";
  const author = params.author_username
    ? (store.users.find("username", params.author_username)?.id ?? 0)
    : params.author_id;
  const fitting = rows.filter(
    (row) =>
      (params.state === "all" || row.state === params.state) &&
      labels.every((label) => row.labels.includes(label)) &&
      (author == null || row.authorId === author) &&
      (!params.source_branch || row.sourceBranch === params.source_branch) &&
      (!params.target_branch || row.targetBranch === params.target_branch) &&
      `${row.title}\n${row.description}`.toLowerCase().includes(search) &&
      between(row.createdAt, { after: params.created_after, before: params.created_before }) &&
      between(row.updatedAt, { after: params.updated_after, before: params.updated_before }),
  );
  const by = {
    title: (row: MergeRequestRow) => row.title,
    updated_at: (row: MergeRequestRow) => row.updatedAt,
  };
  return ordered(fitting, by[params.order_by as keyof typeof by] ?? ((row) => row.createdAt), params.sort);
}

function mergeRequestOf(call: Call<{ iid: number | null }>): MergeRequestRow {
  const project = projectOf(call);
  mustHold(call, asRef("project", project), Role.Reporter);
  const rows = call.store.mergeRequests.where("project", project.id);
  const row = rows.find((each) => each.iid === call.params.iid);
  if (row === undefined) throw refuse.noRecord();
  return row;
}

const single = endpoint(
  "GET",
  `${base}/:iid`,
  { who: "anyone", params: { iid: required(integer) } },
  (call) => ok(mergeRequest(call.store, mergeRequestOf(call))),
);

const onOne = { iid: required(integer) };
const onNote = { ...onOne, note_id: required(integer) };
const text = { body: required(string) };

/** https://docs.gitlab.com/api/notes/#list-all-merge-request-notes */
const notes = endpoint(
  "GET",
  `${base}/:iid/notes`,
  {
    who: "anyone",
    params: {
      ...onOne,
      order_by: withDefault(oneOf(string, ["created_at", "updated_at"]), "created_at"),
      sort: withDefault(oneOf(string, ["asc", "desc"]), "desc"),
      ...paging,
    },
  },
  (call) => {
    const rows = call.store.notes.where("mergeRequest", mergeRequestOf(call).id);
    const by = call.params.order_by === "updated_at" ? "updatedAt" : "createdAt";
    return page(
      call,
      ordered(rows, (row) => row[by], call.params.sort),
      (row) => note(call.store, row),
    );
  },
);

/** 200, not 201, and the pipeline without its name. https://docs.gitlab.com/api/merge_requests/#create-merge-request-pipeline */
const startPipeline = endpoint(
  "POST",
  `${base}/:iid/pipelines`,
  { who: "user", params: { ...onOne, async: withDefault(boolean, false) } },
  (call) => {
    const request = mergeRequestOf(call);
    const row = requestMergeRequestPipeline(call.store, projectOf(call), someone(call), request);
    if (row === undefined) throw refuse.methodNotAllowed();
    return ok(pipelineNameless(call.store, row));
  },
);

const oneNote = endpoint("GET", `${base}/:iid/notes/:note_id`, { who: "anyone", params: onNote }, (call) =>
  ok(note(call.store, noteOf(call))),
);

const addNote = endpoint(
  "POST",
  `${base}/:iid/notes`,
  { who: "user", params: { ...onOne, ...text } },
  (call) => {
    const request = mergeRequestOf(call);
    const now = call.store.now();
    const row = call.store.notes.insert({
      projectId: request.projectId,
      mergeRequestId: request.id,
      authorId: someone(call).id,
      body: textOf(call.params.body),
      createdAt: now,
      updatedAt: now,
    });
    return created(note(call.store, row));
  },
);

const changeNote = endpoint(
  "PUT",
  `${base}/:iid/notes/:note_id`,
  { who: "user", params: { ...onNote, ...text } },
  (call) => {
    const row = ownNote(call);
    Object.assign(row, { body: textOf(call.params.body), updatedAt: call.store.now() });
    return ok(note(call.store, row));
  },
);

const removeNote = endpoint(
  "DELETE",
  `${base}/:iid/notes/:note_id`,
  { who: "user", params: onNote },
  (call) => {
    call.store.notes.remove(ownNote(call));
    return noContent();
  },
);

function textOf(body: string | null): string {
  if (!body?.trim()) throw refuse.model("400 Bad request - Note can't be blank");
  return body;
}

function noteOf(call: Call<{ iid: number | null; note_id: number | null }>): NoteRow {
  const request = mergeRequestOf(call);
  const row = call.store.notes.get(call.params.note_id ?? 0);
  if (row?.mergeRequestId !== request.id) throw refuse.notFound("Note");
  return row;
}

/** Its author, or a maintainer. */
function ownNote(call: Call<{ iid: number | null; note_id: number | null }>): NoteRow {
  const row = noteOf(call);
  const user = someone(call);
  const project = { kind: "project", id: row.projectId } as const;
  if (row.authorId !== user.id && !holds(call.store, user, project, Role.Maintainer))
    throw refuse.forbidden();
  return row;
}

export const mergeRequests = [single, startPipeline, notes, oneNote, addNote, changeNote, removeNote];
