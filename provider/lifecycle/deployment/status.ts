export const DEPLOYMENT_STATUSES = ["running", "success", "failed", "canceled"] as const;
/** What the API can set. GitLab also knows created, blocked and skipped. https://docs.gitlab.com/api/deployments/#create-a-deployment */
export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

/**
 * Where a deployment can go from a status: running only before it has begun, the three ends from everywhere but themselves.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/deployment.rb (`state_machine :status`)
 */
function allowedFrom(status: string): DeploymentStatus[] {
  const startable = status === "created" || status === "blocked";
  return DEPLOYMENT_STATUSES.filter((to) => (to === "running" ? startable : to !== status));
}

/** Why a deployment cannot go there, or undefined where it can (or already is there). */
export function impossibleMove(from: string, to: string): string | undefined {
  const allowed = allowedFrom(from);
  if (from === to || (allowed as string[]).includes(to)) return undefined;
  return (
    `GitLab cannot take a deployment from ${from} to ${to}; from ${from} it can go to ${allowed.join(", ")}. ` +
    `To record another deployment of the same commit, replace the resource: pulumi up --replace <its URN>.`
  );
}
