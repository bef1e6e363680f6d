import type { GitLabClient } from "../../gitlab/request/client";
import { type GitLabError, isGitLabError } from "../../gitlab/answer/errors";
import type { ApiPath } from "../../gitlab/request/paths";
import type { WireDeployment } from "../../gitlab/answer/types";
import { findByName } from "../environment/adoption";
import { UserError } from "../errors";
import { ON_DESTROY_VARIABLE } from "../onDestroy";
import { impossibleMove } from "./status";
import type { DeploymentFacts } from "./records";

/**
 * GitLab finds or makes the environment before it looks at the commit and at who may deploy, so a refused create can
 * leave one behind. Says so, and what else is known about the refusal.
 */
export async function explainCreate(
  client: GitLabClient,
  facts: DeploymentFacts,
  since: Date,
  /** Whether a resource of this operation has made, or holds, the environment with this number. */
  isOurs: (environmentId: number) => boolean,
  error: unknown,
): Promise<unknown> {
  if (!isGitLabError(error, "invalid", "forbidden")) return error;
  if (error.details.fields["ref"]) {
    return new UserError(`${error.message} Push the branch or tag first, or correct \`ref\`: ${facts.ref}.`);
  }
  const missingCommit = error.details.fields["sha"] !== undefined;
  if (!missingCommit && error.kind !== "forbidden") return error;
  const cure = missingCommit
    ? `Push the commit first, or correct \`sha\`: ${facts.sha}.`
    : `The token needs the Developer role and, where ${facts.environment} is protected, the right to deploy to it.`;
  return new UserError(`${error.message} ${cure}${await leftBehind(client, facts, since, isOurs)}`);
}

async function leftBehind(
  client: GitLabClient,
  facts: DeploymentFacts,
  since: Date,
  isOurs: (environmentId: number) => boolean,
): Promise<string> {
  try {
    const made = await findByName(client, { project: facts.project, name: facts.environment });
    const isNew = made !== undefined && new Date(made.created_at ?? "") >= since;
    if (!isNew || isOurs(made.id)) return "";
    return (
      ` GitLab made the environment ${made.name} (id ${made.id}) on the way; it stays. ` +
      `Declare it as an Environment with \`adopt: true\`, or delete it.`
    );
  } catch {
    // The refusal matters more than a look that failed.
    return "";
  }
}

/** A refused change of status; already being there is a success. */
export async function afterRefusedUpdate(
  client: GitLabClient,
  path: ApiPath,
  id: string,
  wanted: string,
  error: GitLabError,
): Promise<WireDeployment> {
  const seen = await client.get<WireDeployment>(path);
  if (seen.status === wanted) return seen;
  if (seen.deployable !== null) {
    throw new UserError(
      `${id}: this deployment was made by the CI job ${seen.deployable?.name}, and GitLab lets only its job change it. ` +
        `Remove the resource, or record a deployment of your own. (${error.message})`,
    );
  }
  const impossible = impossibleMove(seen.status, wanted);
  throw new UserError(`${id}: ${impossible ? `${impossible} (${error.message})` : error.message}`);
}

/** The two deployments that GitLab does not delete. */
export async function explainDelete(
  client: GitLabClient,
  path: ApiPath,
  id: string,
  error: unknown,
): Promise<unknown> {
  if (!isGitLabError(error, "invalid")) return error;
  const seen = await client.get<WireDeployment>(path);
  // A pending delete of a replacement keeps its old arguments, so only the variable gets out of that.
  const retain =
    'or leave it in GitLab: set `onDestroy: "retain"`, run `pulumi up`, then remove the resource; or for this run alone ' +
    `${ON_DESTROY_VARIABLE}=retain in the environment of \`pulumi\``;
  const why =
    seen.status === "running"
      ? `it is still running. Set \`status\` to success, failed or canceled, run \`pulumi up\`, then remove the resource, ${retain}.`
      : seen.status === "success"
        ? `it is what is deployed to ${seen.environment.name} now. Deploy something newer first, or delete the environment, ${retain}.`
        : `it is ${seen.status}.`;
  return new UserError(`${id}: GitLab does not delete this deployment: ${why} (${error.message})`);
}
