import type { MergeRequestRow, NoteRow } from "../model/rows";
import type { Store } from "../model/store";
import { projectPath } from "../model/tree";
import { userById } from "./people";

/** https://docs.gitlab.com/api/merge_requests/ */
export function mergeRequest(store: Store, row: MergeRequestRow) {
  const project = store.projects.get(row.projectId);
  const source = store.projects.get(row.sourceProjectId ?? row.projectId);
  const path = project ? projectPath(store, project) : "";
  return {
    id: row.id,
    iid: row.iid,
    project_id: row.projectId,
    title: row.title,
    description: row.description,
    state: row.state,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    merged_by: null,
    merged_at: null,
    closed_by: null,
    closed_at: null,
    target_branch: row.targetBranch,
    source_branch: row.sourceBranch,
    user_notes_count: store.notes.where("mergeRequest", row.id).length,
    upvotes: 0,
    downvotes: 0,
    author: userById(store, row.authorId),
    assignees: [],
    assignee: null,
    reviewers: [],
    source_project_id: row.sourceProjectId ?? row.projectId,
    target_project_id: row.projectId,
    labels: row.labels,
    draft: false,
    milestone: null,
    sha: source?.branches.get(row.sourceBranch) ?? null,
    web_url: `${store.origin()}/${path}/-/merge_requests/${row.iid}`,
  };
}

/** https://docs.gitlab.com/api/notes/ */
export function note(store: Store, row: NoteRow) {
  return {
    id: row.id,
    type: null,
    body: row.body,
    author: userById(store, row.authorId),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    system: false,
    noteable_id: row.mergeRequestId,
    noteable_type: "MergeRequest",
    project_id: row.projectId,
    resolvable: false,
    confidential: false,
    internal: false,
    imported: false,
    imported_from: "none",
    noteable_iid: store.mergeRequests.get(row.mergeRequestId)?.iid ?? null,
    commands_changes: {},
  };
}
