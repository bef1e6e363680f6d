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
