import { maybe, maybeRows, record, rows, type RowShape } from "./shape";

/**
 * GitLab's records, as far as this package reads them: what code goes on to use, and what states and programs are made of. Their
 * types, in `types.ts`, follow from these shapes.
 */

const as = <const S extends RowShape>(shape: S): S => shape;

/** The few facts that GitLab shows of a user wherever one is mentioned. */
export const USER = as({ id: "id", username: "string", name: "string?", state: "string?" });

/** https://docs.gitlab.com/api/group_members/ */
export const MEMBER = as({
  ...USER,
  access_level: "number",
  /** The membership ends when that day begins. */
  expires_at: "string?",
  /** `awaiting` while somebody has to confirm it. */
  membership_state: "string?",
});

/** A group that is invited to a project, or that a group is shared with. */
export const SHARE = as({ group_id: "id", group_full_path: "string" });

/** https://docs.gitlab.com/api/projects/#get-a-single-project */
export const PROJECT = as({
  id: "id",
  name: "string?",
  path_with_namespace: "string",
  web_url: "string?",
  default_branch: "string?",
  namespace: maybe({ id: "id?", kind: "string?", full_path: "string?" }),
  visibility: "string?",
  archived: "boolean?",
  /** `disabled`: CI/CD is switched off for everybody. */
  builds_access_level: "string?",
  /** `disabled`: there are no environments, and GitLab refuses to list them. */
  environments_access_level: "string?",
  /** Whether whoever started a deployment may approve it. Premium and above, for Maintainers. */
  allow_pipeline_trigger_approve_deployment: "boolean?",
  /** Also groups that the token may not see. */
  shared_with_groups: maybeRows(SHARE),
});

/** https://docs.gitlab.com/api/groups/#get-a-single-group */
export const GROUP = as({
  id: "id",
  name: "string?",
  full_path: "string",
  web_url: "string?",
  /** Only in the answer about one group. */
  shared_with_groups: maybeRows(SHARE),
});

/** An environment as other answers speak of it. */
export const ENVIRONMENT_BASIC = as({
  id: "id",
  name: "string",
  slug: "string",
  external_url: "string?",
  created_at: "date?",
  updated_at: "date?",
});

export const ENVIRONMENT = as({
  ...ENVIRONMENT_BASIC,
  /** `available`, `stopping` or `stopped`. */
  state: "string",
  tier: "string",
  auto_stop_at: "date?",
  /** Absent on old versions. */
  description: "string?",
  auto_stop_setting: "string?",
  /** This and the next two: only where an agent is attached and the caller may read agents; absence is not removal. */
  cluster_agent: maybe({ id: "id" }),
  kubernetes_namespace: "string?",
  flux_resource_path: "string?",
});

export const ACCESS_ENTRY = as({
  id: "id",
  access_level: "number?",
  access_level_description: "string?",
  user_id: "id?",
  group_id: "id?",
  group_inheritance_type: "number?",
});

export const APPROVAL_RULE = as({
  ...ACCESS_ENTRY,
  required_approvals: "number",
});

export const PROTECTION = as({
  name: "string",
  deploy_access_levels: rows(ACCESS_ENTRY),
  approval_rules: maybeRows(APPROVAL_RULE),
  required_approval_count: "number?",
});

/** https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment */
export const APPROVAL = as({
  user: record(USER),
  status: "string",
  created_at: "date?",
  comment: "string?",
});

export const SUMMARY_RULE = as({ ...APPROVAL_RULE, deployment_approvals: rows(APPROVAL) });

/** https://docs.gitlab.com/api/deployments/#get-a-specific-deployment */
export const DEPLOYMENT = as({
  /** Unique in the whole GitLab; this one is in paths. */
  id: "id",
  /** Counts within the project. */
  iid: "id",
  sha: "string",
  ref: "string",
  status: "string",
  created_at: "date",
  user: maybe(USER),
  environment: record({ id: "id", name: "string" }),
  /** The CI job that made it; null where the API did. */
  deployable: maybe({ id: "id", name: "string?", tag: "boolean?" }),
  /** This and the next two: Premium and above, absent in lists. */
  pending_approval_count: "number?",
  approvals: maybeRows(APPROVAL),
  approval_summary: maybe({ rules: rows(SUMMARY_RULE) }),
});

/** https://docs.gitlab.com/api/pipelines/#get-a-single-pipeline */
export const PIPELINE = as({
  id: "id",
  iid: "id?",
  project_id: "id?",
  sha: "string",
  ref: "string",
  status: "string",
  source: "string?",
  created_at: "date",
  web_url: "string",
  /** Absent in the answers to create, retry and cancel. */
  name: "string?",
  /** Seconds; this and the next two are absent in lists. */
  duration: "number?",
  /** A decimal number in text: `"30.00"`. */
  coverage: "string?",
  user: maybe(USER),
});

/** https://docs.gitlab.com/api/jobs/#list-pipeline-jobs */
export const JOB = as({
  id: "id",
  name: "string",
  stage: "string?",
  status: "string",
  allow_failure: "boolean?",
  web_url: "string?",
});

export const BRIDGE = as({
  ...JOB,
  downstream_pipeline: maybe(as({ id: "id", status: "string", web_url: "string?" })),
});

export const VARIABLE = as({
  key: "string",
  value: "string",
  variable_type: "string?",
});

export const TEST_REPORT = as({ total_count: "number", test_suites: "list" });
export const TEST_REPORT_SUMMARY = as({ total: "object", test_suites: "list" });

export const MERGE_REQUEST = as({
  id: "id",
  iid: "id",
  title: "string",
  state: "string",
  web_url: "string?",
});

/** https://docs.gitlab.com/api/environments/#delete-multiple-stopped-review-apps */
export const CLEANUP = as({
  scheduled_entries: rows(ENVIRONMENT_BASIC),
  unprocessable_entries: rows(ENVIRONMENT_BASIC),
});

export const MESSAGE = as({ message: "string" });

/** https://docs.gitlab.com/api/notes/#merge-requests */
export const NOTE = as({
  id: "id",
  body: "string",
  author: record({ id: "id" }),
  system: "boolean",
});

/** A variable of a project's or a group's pipelines. */
export const CI_VARIABLE = as({
  key: "string",
  protected: "boolean",
  masked: "boolean",
  environment_scope: "string?",
});

export const PROTECTED_BRANCH = as({
  name: "string",
  push_access_levels: rows({ access_level: "number?" }),
  merge_access_levels: rows({ access_level: "number?" }),
});
