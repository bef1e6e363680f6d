/** GitLab's answers as they come over the wire (snake_case), as far as this package reads them. */

export interface WireEnvironment {
  id: number;
  name: string;
  slug: string;
  external_url: string | null;
  created_at: string;
  updated_at: string;
  tier: string;
  state: "available" | "stopping" | "stopped";
  auto_stop_at: string | null;
  /** Absent on old versions. */
  description?: string | null;
  auto_stop_setting?: "always" | "with_action";
  /** The next three: only where an agent is attached and the caller may read agents; absence is not removal. */
  cluster_agent?: { id: number } | null;
  kubernetes_namespace?: string | null;
  flux_resource_path?: string | null;
}

export interface WireAccessEntry {
  id: number;
  access_level: number | null;
  access_level_description?: string | null;
  user_id: number | null;
  group_id: number | null;
  group_inheritance_type?: number | null;
}

export interface WireApprovalRule extends WireAccessEntry {
  required_approvals: number;
}

export interface WireProtectedEnvironment {
  name: string;
  deploy_access_levels: WireAccessEntry[];
  required_approval_count?: number | null;
  approval_rules?: WireApprovalRule[];
}

/** The few facts that GitLab shows of a user wherever one is mentioned. */
export interface WireUser {
  id: number;
  username: string;
  name: string;
  state?: string;
}

/** A group that is invited to a project, or that a group is shared with. */
export interface WireShare {
  group_id: number;
  group_full_path: string;
}

/** https://docs.gitlab.com/api/projects/#get-a-single-project */
export interface WireProject {
  id: number;
  name: string;
  path_with_namespace: string;
  web_url?: string;
  default_branch?: string | null;
  archived?: boolean;
  /** `disabled`: CI/CD is switched off for everybody. */
  builds_access_level?: string;
  /** Whether whoever started a deployment may approve it. Premium and above, for Maintainers. */
  allow_pipeline_trigger_approve_deployment?: boolean;
  namespace?: { id: number; kind: "group" | "user"; full_path: string };
  visibility?: string;
  /** `disabled`: there are no environments, and GitLab refuses to list them. */
  environments_access_level?: string;
  /** Also groups that the token may not see. */
  shared_with_groups?: WireShare[];
}

/** https://docs.gitlab.com/api/groups/#get-a-single-group */
export interface WireGroup {
  id: number;
  name: string;
  full_path: string;
  web_url?: string;
  /** Only in the answer about one group. */
  shared_with_groups?: WireShare[];
}

type WireDeploymentStatus = "created" | "running" | "success" | "failed" | "canceled" | "skipped" | "blocked";

/** What a deployment says of its environment. */
export type WireEnvironmentBasic = Pick<
  WireEnvironment,
  "id" | "name" | "slug" | "external_url" | "created_at" | "updated_at"
>;

/** https://docs.gitlab.com/api/deployments/#get-a-specific-deployment */
export interface WireDeployment {
  /** Unique in the whole GitLab; this one is in paths. */
  id: number;
  /** Counts within the project. */
  iid: number;
  ref: string;
  sha: string;
  created_at: string;
  status: WireDeploymentStatus;
  user: WireUser | null;
  environment: WireEnvironmentBasic;
  /** The CI job that made it; null where the API did. */
  deployable: WireJob | null;
  /** This and the next two: Premium and above, absent in lists. */
  pending_approval_count?: number;
  approvals?: WireDeploymentApproval[];
  approval_summary?: { rules: WireApprovalSummaryRule[] };
}

/** https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment */
export interface WireDeploymentApproval {
  user: WireUser;
  status: "approved" | "rejected";
  created_at: string;
  comment: string | null;
}

export interface WireApprovalSummaryRule extends WireApprovalRule {
  deployment_approvals: WireDeploymentApproval[];
}

/** As in lists; single answers are `WirePipelineDetails`. https://docs.gitlab.com/api/pipelines/ */
export interface WirePipeline {
  id: number;
  iid: number;
  project_id: number;
  sha: string;
  ref: string;
  status: string;
  source: string;
  created_at: string;
  web_url: string;
  /** Absent in the answers to create, retry and cancel. */
  name?: string | null;
}

export interface WirePipelineDetails extends WirePipeline {
  user: WireUser | null;
  /** Seconds. */
  duration: number | null;
  /** A decimal number in text: `"30.00"`. */
  coverage: string | null;
}

export interface WirePipelineVariable {
  key: string;
  value: string;
  variable_type: "env_var" | "file";
}

/** https://docs.gitlab.com/api/jobs/#list-pipeline-jobs */
export interface WireJob {
  id: number;
  name: string;
  stage: string;
  status: string;
  tag: boolean;
  allow_failure: boolean;
  web_url?: string;
}

/** https://docs.gitlab.com/api/environments/#delete-multiple-stopped-review-apps */
export interface WireReviewAppCleanup {
  scheduled_entries: WireEnvironmentBasic[];
  unprocessable_entries: WireEnvironmentBasic[];
}
