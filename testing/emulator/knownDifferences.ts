import type { Emulator } from "./emulator";

/** Something this emulator does otherwise than GitLab, on purpose or for want of evidence. */
export interface KnownDifference {
  readonly here: string;
  readonly gitlab: string;
  readonly reason: string;
  /** True as long as `here` holds: a difference that is gone must leave this list. */
  readonly probe: (gitlab: Emulator) => Promise<boolean>;
}

const shop = "/projects/acme%2Fshop";
const raw = (gitlab: Emulator, path: string, init: RequestInit = {}) =>
  fetch(`${gitlab.url}/api/v4${path}`, {
    ...init,
    headers: { "PRIVATE-TOKEN": gitlab.token, ...init.headers },
  });

export const knownDifferences: readonly KnownDifference[] = [
  {
    here: "Pipelines and on_stop jobs make progress each time they are read.",
    gitlab: "Runners work in their own time.",
    reason: "Tests wait in reads instead of seconds.",
    probe: async (gitlab) => {
      const { id } = gitlab.world.addPipeline("acme/shop");
      const states = [];
      for (let i = 0; i < 4; i++)
        states.push((await gitlab.api("GET", `${shop}/pipelines/${id}`)).body.status);
      return states.join() === "created,pending,running,success";
    },
  },
  {
    here: "Only the endpoints of environments, protections, deployments, pipelines and their look-ups exist.",
    gitlab: "Hundreds of others do.",
    reason: "Nothing here needs them.",
    probe: async (gitlab) => (await gitlab.api("GET", `${shop}/repository/branches`)).status === 404,
  },
  {
    here: "A known path with another method is 405 `405 Not Allowed`.",
    gitlab: "Perhaps 404 on some of them.",
    reason: "Only the 405 of some endpoints was reported.",
    probe: async (gitlab) => (await gitlab.api("DELETE", "/version")).status === 405,
  },
  {
    here: "Approvals are counted for deployments in any status.",
    gitlab: "So in the newest code; older versions count only blocked ones.",
    reason: "The switch `approvalNeedsBlocked` gives the older way.",
    probe: async (gitlab) => {
      gitlab.world.protect("acme", "production", [{ role: "developer" }], [{ role: "maintainer" }]);
      const row = gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
      return (await gitlab.api("GET", `${shop}/deployments/${row.id}`)).body.pending_approval_count === 1;
    },
  },
  {
    here: "Keyset pagination is ignored everywhere.",
    gitlab: "Lists of projects and groups offer it.",
    reason: "The delivery endpoints do not, and the look-ups work without.",
    probe: async (gitlab) =>
      (await gitlab.api("GET", "/projects?pagination=keyset&order_by=id")).headers.get("x-page") === "1",
  },
  {
    here: "Every project lives in a group.",
    gitlab: "Users have namespaces of their own.",
    reason: "Group protections are the point.",
    probe: async (gitlab) => {
      try {
        gitlab.world.addProject({ path: "dana/own" });
        return false;
      } catch {
        return true;
      }
    },
  },
  {
    here: "Messages are English, whatever `Accept-Language` says.",
    gitlab: "Follows the user's preferred language.",
    reason: "Clients must not branch on sentences anyway.",
    probe: async (gitlab) => {
      const headers = { "Accept-Language": "de" };
      const answer = await raw(gitlab, `${shop}/environments`, { method: "POST", headers });
      return (await answer.text()) === '{"error":"name is missing"}';
    },
  },
  {
    here: "Of unparsable external URLs only some are refused: no host, a bad port, blanks in the host.",
    gitlab: "Refuses what its URI library cannot parse.",
    reason: "The library's grammar is not rebuilt.",
    probe: async (gitlab) =>
      (await gitlab.api("POST", `${shop}/environments`, { name: "one", external_url: "https://[::1" }))
        .status === 201,
  },
  {
    here: "Protected refs are exact names.",
    gitlab: "Wildcards are possible.",
    reason: "Pipelines need no more.",
    probe: async (gitlab) => {
      gitlab.world.project("acme/shop").protectedRefs = [{ name: "ma*", level: 0 }];
      return (await gitlab.api("POST", `${shop}/pipeline`, { ref: "main" })).status === 201;
    },
  },
  {
    here: "There are no ETags and no 304.",
    gitlab: "Answers carry weak ETags.",
    reason: "No client here asks conditionally.",
    probe: async (gitlab) => (await gitlab.api("GET", "/version")).headers.get("etag") === null,
  },
  {
    here: "Concurrent requests never collide: no 409 of a clean-up that runs, no 500 of racing creates.",
    gitlab: "Both happen.",
    reason: "Requests take effect one after another; faults can play the part.",
    probe: async (gitlab) => {
      const body = { name: "production", deploy_access_levels: [{ access_level: 40 }] };
      const race = [1, 2, 3].map(() => gitlab.api("POST", "/groups/acme/protected_environments", body));
      const statuses = (await Promise.all(race)).map((answer) => answer.status).sort();
      return statuses.join() === "201,409,409";
    },
  },
  {
    here: "Removing a member drops their deploy levels and leaves approval rules that name them.",
    gitlab: "Drops deploy levels; what becomes of the rules was not seen.",
    reason: "A rule that nobody can meet is the harder case for a client.",
    probe: async (gitlab) => {
      gitlab.world.protect(
        "acme",
        "production",
        [{ user: "dana" }, { role: "maintainer" }],
        [{ user: "dana" }],
      );
      gitlab.world.removeMember("acme", "dana");
      const left = gitlab.world.protection("acme", "production");
      return left?.deploy_access_levels.length === 1 && left.approval_rules.length === 1;
    },
  },
  {
    here: "Without a licence the API of protections stores everything, and nothing is protected.",
    gitlab: "The source shows no check of the licence there; the answer was not seen.",
    reason: "The switch `unlicensedAnswer` gives 403 and 404 as well.",
    probe: async (gitlab) => {
      gitlab.world.setLicensed(false);
      return (await gitlab.api("GET", "/groups/acme/protected_environments")).status === 200;
    },
  },
  {
    here: "Permissions of granular tokens are made of the path and the method, and their refusal has a sentence of ours.",
    gitlab: "Each endpoint declares its own; only those of protections and the error's code are known.",
    reason: "They are in beta; clients can go by the code.",
    probe: async (gitlab) => {
      const token = gitlab.addToken({ user: "olivia", permissions: [] });
      const answer = await raw(gitlab, "/user", { headers: { "PRIVATE-TOKEN": token } });
      return (await answer.text()).includes("lacks the required permission: [read_user]");
    },
  },
  {
    here: "A person gives one approval for a deployment, whichever rule it is for.",
    gitlab: "So the documentation; the model would hold one for each rule.",
    reason: "The switch `approvalsOfOnePerson` gives the other way.",
    probe: async (gitlab) => {
      gitlab.world.addMember("acme/security", "quinn", "developer");
      const approvers = [{ group: "acme/qa" }, { group: "acme/security" }];
      gitlab.world.protect("acme", "production", [{ role: "maintainer" }], approvers);
      const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
      for (const represented_as of ["QA", "Security"]) {
        const body = { status: "approved", represented_as };
        await gitlab.api("POST", `${shop}/deployments/${id}/approval`, body, "quinn");
      }
      return (await gitlab.api("GET", `${shop}/deployments/${id}`)).body.approvals.length === 1;
    },
  },
  {
    here: "A pipeline variable without a key is 400 `Variables key can't be blank`.",
    gitlab: "Refused by the model, in words that were not seen.",
    reason: "The parameter is optional to Grape.",
    probe: async (gitlab) => {
      const variables = [{ value: "b" }];
      const { status, body } = await gitlab.api("POST", `${shop}/pipeline`, { ref: "main", variables });
      return status === 400 && JSON.stringify(body).includes("Variables key can't be blank");
    },
  },
  {
    here: "Of the filters of a deployment's merge requests, those for assignees, reviewers, milestones, reactions, approvals, deployment times and `not` have no effect.",
    gitlab: "They narrow the list.",
    reason: "Merge requests here have none of these.",
    probe: async (gitlab) => {
      const { id } = gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
      gitlab.world.linkMergeRequest(id, gitlab.world.addMergeRequest("acme/shop"));
      const path = `${shop}/deployments/${id}/merge_requests?milestone=none`;
      return (await gitlab.api("GET", path)).body.length === 1;
    },
  },
  {
    here: "An archived project's protections can still be changed.",
    gitlab:
      "Archiving takes the writes of environments, deployments and pipelines; that it takes these was not found.",
    reason: "The policy's list of what becomes read-only does not name them.",
    probe: async (gitlab) => {
      gitlab.world.archiveProject("acme/shop");
      const body = { name: "eu", deploy_access_levels: [{ access_level: 40 }] };
      return (await gitlab.api("POST", `${shop}/protected_environments`, body)).status === 201;
    },
  },
];
