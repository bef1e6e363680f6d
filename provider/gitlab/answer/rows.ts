import { maybe, maybeRows, record, rows, type RowShape, type Shape } from "./shape";
import type {
  WireAccessEntry,
  WireApprovalRule,
  WireDeployment,
  WireDeploymentApproval,
  WireEnvironment,
  WireEnvironmentBasic,
  WireGroup,
  WireJob,
  WirePipeline,
  WirePipelineDetails,
  WirePipelineVariable,
  WireProject,
  WireProtectedEnvironment,
  WireReviewAppCleanup,
  WireUser,
} from "./types";

/** The shapes of GitLab's records: what code goes on to use, and what states and programs are made of. */

const as = <T>(shape: Shape<T>): RowShape => shape as RowShape;

export const USER = as<WireUser>({ id: "id", username: "string", name: "string?", state: "string?" });

export const MEMBER: RowShape = {
  ...USER,
  access_level: "number",
  expires_at: "string?",
  membership_state: "string?",
};

/** A group that is invited, as projects and groups tell of it. */
const SHARE: RowShape = { group_id: "id", group_full_path: "string" };

export const PROJECT = as<WireProject>({
  id: "id",
  name: "string?",
  path_with_namespace: "string",
  web_url: "string?",
  default_branch: "string?",
  namespace: maybe({ id: "id?", kind: "string?", full_path: "string?" }),
  visibility: "string?",
  archived: "boolean?",
  builds_access_level: "string?",
  environments_access_level: "string?",
  allow_pipeline_trigger_approve_deployment: "boolean?",
  shared_with_groups: maybeRows(SHARE),
});

export const GROUP = as<WireGroup>({
  id: "id",
  name: "string?",
  full_path: "string",
  web_url: "string?",
  shared_with_groups: maybeRows(SHARE),
});

/** As other answers speak of it. */
const ENVIRONMENT_BASIC = as<WireEnvironmentBasic>({
  id: "id",
  name: "string",
  slug: "string",
  external_url: "string?",
  created_at: "date?",
  updated_at: "date?",
});

export const ENVIRONMENT = as<WireEnvironment>({
  id: "id",
  name: "string",
  slug: "string",
  state: "string",
  tier: "string",
  external_url: "string?",
  created_at: "date?",
  updated_at: "date?",
  auto_stop_at: "date?",
  description: "string?",
  auto_stop_setting: "string?",
  cluster_agent: maybe({ id: "id" }),
  kubernetes_namespace: "string?",
  flux_resource_path: "string?",
});

const ACCESS_ENTRY = as<WireAccessEntry>({
  id: "id",
  access_level: "number?",
  access_level_description: "string?",
  user_id: "id?",
  group_id: "id?",
  group_inheritance_type: "number?",
});

const APPROVAL_RULE: RowShape = {
  ...ACCESS_ENTRY,
  ...as<WireApprovalRule>({ required_approvals: "number" }),
};

export const PROTECTION = as<WireProtectedEnvironment>({
  name: "string",
  deploy_access_levels: rows(ACCESS_ENTRY),
  approval_rules: maybeRows(APPROVAL_RULE),
  required_approval_count: "number?",
});

export const APPROVAL = as<WireDeploymentApproval>({
  user: record(USER),
  status: "string",
  created_at: "date?",
  comment: "string?",
});

export const DEPLOYMENT = as<WireDeployment>({
  id: "id",
  iid: "id",
  sha: "string",
  ref: "string",
  status: "string",
  created_at: "date",
  user: maybe(USER),
  environment: record({ id: "id", name: "string" }),
  deployable: maybe({ id: "id", name: "string?" }),
  pending_approval_count: "number?",
  approvals: maybeRows(APPROVAL),
  approval_summary: maybe({ rules: rows({ ...APPROVAL_RULE, deployment_approvals: rows(APPROVAL) }) }),
});

export const PIPELINE = as<WirePipelineDetails>({
  id: "id",
  iid: "id?",
  project_id: "id?",
  sha: "string",
  ref: "string",
  status: "string",
  source: "string?",
  created_at: "date",
  web_url: "string",
  name: "string?",
  duration: "number?",
  coverage: "string?",
  user: maybe(USER),
});

export const JOB = as<WireJob>({
  id: "id",
  name: "string",
  stage: "string?",
  status: "string",
  allow_failure: "boolean?",
  web_url: "string?",
});

export const BRIDGE: RowShape = {
  ...JOB,
  downstream_pipeline: maybe(as<WirePipeline>({ id: "id", status: "string", web_url: "string?" })),
};

export const VARIABLE = as<WirePipelineVariable>({
  key: "string",
  value: "string",
  variable_type: "string?",
});

export const TEST_REPORT: RowShape = { total_count: "number", test_suites: "list" };
export const TEST_REPORT_SUMMARY: RowShape = { total: "object", test_suites: "list" };

export const MERGE_REQUEST: RowShape = {
  id: "id",
  iid: "id",
  title: "string",
  state: "string",
  web_url: "string?",
};

export const CLEANUP = as<WireReviewAppCleanup>({
  scheduled_entries: rows(ENVIRONMENT_BASIC),
  unprocessable_entries: rows(ENVIRONMENT_BASIC),
});

export const MESSAGE: RowShape = { message: "string" };

export const NOTE: RowShape = {
  id: "id",
  body: "string",
  author: record({ id: "id" }),
  system: "boolean",
};

/** A variable of a project's or a group's pipelines. */
export const CI_VARIABLE: RowShape = {
  key: "string",
  protected: "boolean",
  masked: "boolean",
  environment_scope: "string?",
};

export const PROTECTED_BRANCH: RowShape = {
  name: "string",
  push_access_levels: rows({ access_level: "number?" }),
  merge_access_levels: rows({ access_level: "number?" }),
};
