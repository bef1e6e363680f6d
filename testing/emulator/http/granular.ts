import type { Endpoint } from "./endpoint";

/** The piece of the path that says what it is about; the last that fits. */
const resources: Record<string, string> = {
  version: "metadata",
  metadata: "metadata",
  user: "user",
  users: "user",
  projects: "project",
  groups: "group",
  subgroups: "group",
  descendant_groups: "group",
  members: "member",
  environments: "environment",
  protected_environments: "protected_environment",
  deployments: "deployment",
  pipeline: "pipeline",
  pipelines: "pipeline",
  jobs: "job",
  bridges: "job",
  trigger_jobs: "job",
  variables: "pipeline_variable",
  merge_requests: "merge_request",
  notes: "note",
};
const verbs: Record<string, string> = { GET: "read", POST: "create", PUT: "update", DELETE: "delete" };
/** Pieces that are a verb themselves. */
const actions: Record<string, string> = {
  stop: "stop",
  stop_stale: "stop",
  retry: "retry",
  cancel: "cancel",
  approval: "approve",
};

/** What a granular token must be allowed to reach the endpoint: `update_protected_environment`. */
export function permissionOf({ method, pattern }: Endpoint): string {
  const pieces = pattern.split("/");
  const resource = pieces.findLast((piece) => piece in resources) ?? "";
  const action = pieces.findLast((piece) => piece in actions);
  const verb = action === undefined ? verbs[method] : actions[action];
  return `${verb}_${resources[resource] ?? resource}`;
}
