import { ciSettings } from "../model/ciSettings";
import { directLevel, asRef, groupLevel } from "../model/access";
import type { GroupRow, ProjectRow, ShareRow, UserRow } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { groupFullName, groupOf, groupPath, projectPath } from "../model/tree";

/** The project as environments embed it. */
export function projectBasic(store: Store, project: ProjectRow) {
  const path = projectPath(store, project);
  const group = groupOf(store, project);
  const web = `${store.origin()}/${path}`;
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${groupFullName(store, group)} / ${project.name}`,
    path: project.path,
    path_with_namespace: path,
    created_at: project.createdAt.toISOString(),
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${store.origin().replace(/^https?:\/\//, "")}:${path}.git`,
    http_url_to_repo: `${web}.git`,
    web_url: web,
    readme_url: `${web}/-/blob/${project.defaultBranch}/README.md`,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: project.createdAt.toISOString(),
    visibility: project.visibility,
    namespace: namespaceOf(store, group),
  };
}

function namespaceOf(store: Store, group: GroupRow) {
  const path = groupPath(store, group);
  return {
    id: group.id,
    name: group.name,
    path: group.path,
    kind: "group",
    full_path: path,
    parent_id: group.parentId,
    avatar_url: null,
    web_url: `${store.origin()}/groups/${path}`,
  };
}

/** https://docs.gitlab.com/api/projects/#get-a-single-project */
export function projectWhole(store: Store, project: ProjectRow, user: UserRow | null) {
  return {
    ...projectBasic(store, project),
    empty_repo: project.commits.size === 0,
    archived: project.archived,
    creator_id: 1,
    builds_access_level: project.ciEnabled ? "enabled" : "disabled",
    environments_access_level: project.environmentsEnabled ? "enabled" : "disabled",
    jobs_enabled: project.ciEnabled,
    public_jobs: project.publicPipelines,
    ci_config_path: ciSettings(project).configPath,
    protect_merge_request_pipelines: ciSettings(project).protectMergeRequestPipelines,
    only_allow_merge_if_pipeline_succeeds: ciSettings(project).onlyAllowMergeIfPipelineSucceeds,
    ci_default_git_depth: 20,
    ci_job_token_scope_enabled: false,
    ci_pipeline_variables_minimum_override_role: roleName(project.variablesRole),
    allow_pipeline_trigger_approve_deployment: project.selfApproval,
    merge_requests_enabled: true,
    marked_for_deletion_on: null,
    shared_with_groups: store.shares
      .where("source", keyOf(asRef("project", project)))
      .map((row) => share(store, row)),
    permissions: permissions(store, project, user),
  };
}

function roleName(level: number): string {
  return { 0: "no_one_allowed", 30: "developer", 40: "maintainer", 50: "owner" }[level] ?? "developer";
}

function permissions(store: Store, project: ProjectRow, user: UserRow | null) {
  const as = (level: number) => (level > 0 ? { access_level: level, notification_level: 3 } : null);
  if (user === null) return { project_access: null, group_access: null };
  return {
    project_access: as(directLevel(store, user.id, asRef("project", project))),
    group_access: as(groupLevel(store, user.id, groupOf(store, project))),
  };
}

function share(store: Store, row: ShareRow) {
  const group = store.groups.get(row.groupId);
  return {
    group_id: row.groupId,
    group_name: group?.name ?? "",
    group_full_path: group ? groupPath(store, group) : "",
    group_access_level: row.level,
    expires_at: row.expiresAt,
  };
}

/** https://docs.gitlab.com/api/groups/ */
export function group(store: Store, row: GroupRow) {
  const path = groupPath(store, row);
  return {
    id: row.id,
    web_url: `${store.origin()}/groups/${path}`,
    name: row.name,
    path: row.path,
    description: row.description,
    visibility: row.visibility,
    share_with_group_lock: false,
    require_two_factor_authentication: false,
    two_factor_grace_period: 48,
    project_creation_level: "developer",
    auto_devops_enabled: null,
    subgroup_creation_level: "maintainer",
    emails_disabled: false,
    emails_enabled: true,
    mentions_disabled: null,
    lfs_enabled: true,
    archived: false,
    default_branch: null,
    default_branch_protection: 2,
    avatar_url: null,
    request_access_enabled: true,
    full_name: groupFullName(store, row),
    full_path: path,
    created_at: row.createdAt.toISOString(),
    parent_id: row.parentId,
    organization_id: 1,
    shared_runners_setting: "enabled",
    marked_for_deletion_on: null,
  };
}

export function groupWhole(store: Store, row: GroupRow) {
  return {
    ...group(store, row),
    shared_with_groups: store.shares
      .where("source", keyOf(asRef("group", row)))
      .map((each) => share(store, each)),
    prevent_sharing_groups_outside_hierarchy: false,
  };
}
