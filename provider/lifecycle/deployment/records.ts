import type { GitLabClient, Page } from "../../gitlab/request/client";
import { lookupsFor } from "../../gitlab/reads/lookups";
import { api } from "../../gitlab/request/paths";
import type { WireDeployment } from "../../gitlab/answer/types";
import { createAmongAlike } from "../alike";
import { UserError } from "../errors";
import type { Moment } from "../writes";

/** What tells deployments apart, as far as GitLab shows it: it never answers the `tag` of one made through the API. */
export interface DeploymentFacts {
  project: string;
  environment: string;
  sha: string;
  ref: string;
}

/** An environment may have tens of thousands of deployments; the ones that matter are the newest. */
const MOST_PAGES = 5;
const FULL_SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/i;

export function isFullSha(sha: string): boolean {
  return FULL_SHA.test(sha);
}

/** Deployments of that commit and ref to that environment, made through the API, newest first. */
async function deploymentsAlike(
  client: GitLabClient,
  facts: DeploymentFacts,
  since?: Moment,
): Promise<WireDeployment[]> {
  const path = api`/projects/${facts.project}/deployments`;
  const query = { environment: facts.environment, order_by: "id", sort: "desc", per_page: 100 };
  const alike: WireDeployment[] = [];
  for (let number: number | undefined = 1; number !== undefined && number <= MOST_PAGES;) {
    const page: Page<WireDeployment> = await client.page(path, { ...query, page: number });
    const recent = page.items.filter((item) => since === undefined || new Date(item.created_at) >= since);
    alike.push(...recent.filter((item) => isAlike(item, facts)));
    number = recent.length < page.items.length ? undefined : page.nextPage;
  }
  return alike;
}

/** By all that can be compared: where something on the way drops the filters, the rows are any deployments. */
function isAlike(seen: WireDeployment, facts: DeploymentFacts): boolean {
  // GitLab takes any revision for a sha; only a full one can be compared with what it shows.
  const sameCommit = !isFullSha(facts.sha) || seen.sha.toLowerCase() === facts.sha.toLowerCase();
  const samePlace = seen.environment.name === facts.environment;
  return seen.deployable === null && seen.ref === facts.ref && sameCommit && samePlace;
}

/** The one deployment that `adopt` means, or undefined where there is none. */
export async function deploymentToAdopt(
  client: GitLabClient,
  facts: DeploymentFacts,
): Promise<WireDeployment | undefined> {
  const alike = await deploymentsAlike(client, facts);
  if (alike.length <= 1) return alike[0];
  throw new UserError(
    `\`adopt: true\` cannot tell which deployment of ${facts.sha} (${facts.ref}) to ${facts.environment} in ${facts.project} is meant: ` +
      `${listed(alike)}. Delete the ones that are not wanted, or remove \`adopt\` to record a new one.`,
  );
}

/** Records a deployment exactly once, also where GitLab's answer is lost. */
export async function recordOnce(
  client: GitLabClient,
  facts: DeploymentFacts,
  send: () => Promise<WireDeployment>,
): Promise<WireDeployment> {
  return createAmongAlike({
    client,
    key: JSON.stringify(["deployment", facts.project, facts.environment, facts.ref]),
    send,
    candidates: async (since) => {
      const me = await lookupsFor(client).self();
      const alike = await deploymentsAlike(client, facts, since);
      // A job token may not ask whom it speaks for: then nothing that is found may be called ours.
      if (me === undefined && alike.length > 0) throw severalMade(alike);
      return alike.filter((item) => item.user?.id === me?.id);
    },
    several: severalMade,
    next: "If GitLab recorded it all the same, the next run would record it again: set `adopt: true` for that run, and it is found instead.",
  });
}

/**
 * GitLab answers a create that is equal to what is deployed now (ref, tag, sha, `success`) with that old record, and makes
 * nothing. https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/services/deployments/create_service.rb
 */
export function isOldRecord(seen: WireDeployment, since: Date): boolean {
  return seen.status === "success" && (seen.deployable !== null || new Date(seen.created_at) < since);
}

/** It is old by the time that answers tell, and new by this machine's clock: one of them is wrong. */
export function unclearRecord(facts: DeploymentFacts, seen: WireDeployment): UserError {
  return new UserError(
    `GitLab answered with the deployment ${listed([seen])} to ${facts.environment} in ${facts.project}, and whether it was made now or before ` +
      "cannot be told: the time in its answers is ahead of this machine's clock. To take it over, set `adopt: true`.",
  );
}

/** Why the record that GitLab answered in place of a new one is not taken for ours. */
export function oldRecord(facts: DeploymentFacts, seen: WireDeployment): UserError {
  const said = `nothing was recorded: what is deployed to ${facts.environment} in ${facts.project} already is ${facts.sha} (${facts.ref}), by the deployment ${listed([seen])}, and GitLab answers with that one.`;
  return new UserError(
    seen.deployable === null
      ? `${said} If its resource was renamed or moved in this program, give the new one \`aliases\`; to take it over, set \`adopt: true\`.`
      : `${said} The CI job ${seen.deployable?.name} made it, and only that can change it: remove the resource.`,
  );
}

function severalMade(alike: WireDeployment[]): UserError {
  return new UserError(
    `GitLab's answer to the new deployment was lost, and which of these it made cannot be told: ${listed(alike)}. ` +
      `Delete the ones that are not wanted; with exactly one left, \`adopt: true\` takes it over.`,
  );
}

function listed(deployments: WireDeployment[]): string {
  return deployments
    .map(({ id, status, user, created_at: at }) => `${id} (${status}, ${user?.username ?? "no user"}, ${at})`)
    .join("; ");
}
