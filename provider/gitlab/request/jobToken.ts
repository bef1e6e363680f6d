import type { ApiPath } from "./paths";

/**
 * What `CI_JOB_TOKEN` may call. Elsewhere GitLab ignores it, so the request would be an anonymous one and its 401 or
 * 404 would mislead. https://docs.gitlab.com/ci/jobs/ci_job_token/#job-token-access
 */
const ACCEPTED = new Set([
  "GET projects/:/environments",
  "POST projects/:/environments",
  "GET projects/:/environments/:",
  "PUT projects/:/environments/:",
  "DELETE projects/:/environments/:",
  "DELETE projects/:/environments/review_apps",
  "POST projects/:/environments/:/stop",
  "POST projects/:/environments/stop_stale",
  "GET projects/:/deployments",
  "POST projects/:/deployments",
  "GET projects/:/deployments/:",
  "PUT projects/:/deployments/:",
  "DELETE projects/:/deployments/:",
  "GET projects/:/deployments/:/merge_requests",
  "POST projects/:/deployments/:/approval",
  "PUT projects/:/pipelines/:/metadata",
  "GET projects/:/pipelines/:/jobs",
  // The next three by version: left to GitLab to decide.
  "GET projects/:/pipelines",
  "GET projects/:/pipelines/:",
  "GET projects/:/pipelines/:/bridges",
]);

/** Whether a job token is of any use for this request. */
export function jobTokenAccepted(method: string, path: ApiPath): boolean {
  return ACCEPTED.has(`${method} ${path.template.replace(/^\//, "")}`);
}
