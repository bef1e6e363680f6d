import { GitLabError } from "../../gitlab/answer/errors";
import { shaped } from "../../gitlab/answer/shape";
import type {
  WireAccessEntry,
  WireApprovalRule,
  WireEnvironment,
  WireProtectedEnvironment,
} from "../../gitlab/answer/types";

/** Rows of GitLab's lists, checked before anything is made of them: what follows relies on each field's type. */

const ENVIRONMENT = {
  id: "number",
  name: "string",
  tier: "string",
  external_url: "string?",
  description: "string?",
  cluster_agent: "object?",
  kubernetes_namespace: "string?",
  flux_resource_path: "string?",
  auto_stop_setting: "string?",
} as const;
const PROTECTION = {
  name: "string",
  deploy_access_levels: "list",
  approval_rules: "list?",
  required_approval_count: "number?",
} as const;
const ENTRY = {
  access_level: "number?",
  user_id: "number?",
  group_id: "number?",
  group_inheritance_type: "number?",
  required_approvals: "number?",
} as const;

export function environmentRow(value: unknown, project: string): WireEnvironment {
  const row = shaped<WireEnvironment>(value, `an environment of ${project}`, ENVIRONMENT);
  if (row.cluster_agent != null) {
    const agent = shaped<{ id: number }>(row.cluster_agent, `the agent of ${project} ${row.name}`, {
      id: "number",
    });
    whole(agent.id, `the agent of ${project} ${row.name}`);
  }
  return row;
}

export function protectionRow(value: unknown, container: string): WireProtectedEnvironment {
  const row = shaped<WireProtectedEnvironment>(value, `a protected environment of ${container}`, PROTECTION);
  const what = `the protected environment ${row.name} of ${container}`;
  whole(row.required_approval_count, what);
  for (const entry of [...row.deploy_access_levels, ...(row.approval_rules ?? [])]) {
    const { access_level, user_id, group_id, ...rest } = shaped<WireAccessEntry & Partial<WireApprovalRule>>(
      entry,
      what,
      ENTRY,
    );
    for (const number of [
      access_level,
      user_id,
      group_id,
      rest.group_inheritance_type,
      rest.required_approvals,
    ])
      whole(number, what);
  }
  return row;
}

/** JSON has numbers that are none of GitLab's: 1.5, 1e999. */
function whole(value: number | null | undefined, what: string): void {
  if (value == null || Number.isSafeInteger(value)) return;
  throw new GitLabError(`GitLab's answer about ${what} has ${value} where a whole number belongs.`, {
    kind: "bad-answer",
    applied: "unknown",
  });
}
