import { describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { type Declared, ProviderStack } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, LONG_MS, operation } from "./operation";

/** A deployment that waits for one of QA and one of security; quinn belongs to both. */
function waiting({ world }: Emulator): number {
  world.addMember("acme/security", "quinn", "developer");
  world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }],
    [{ group: "acme/qa" }, { group: "acme/security" }],
  );
  return world.blockDeployment("acme/shop", { environment: "production" }).id;
}

const decision = (deploymentId: number, props: object = {}): Declared => ({
  name: "a",
  kind: "deploymentApproval",
  props: { project: "acme/shop", deploymentId, status: "approved", ...props },
});

/** Who decided what, in the order in which GitLab shows it. */
async function approvals(gitlab: Emulator, id: number): Promise<string[][]> {
  const seen: { body: unknown } = await gitlab.api("GET", `/projects/acme%2Fshop/deployments/${id}`);
  const { approvals } = seen.body as { approvals: { user: { username: string }; status: string }[] };
  return approvals.map(({ user, status }) => [user.username, status]);
}

const as = (gitlab: Emulator, user: string) => ({
  gitlab: { url: gitlab.url, token: gitlab.tokenFor(user) },
});

describe("a decision under a rule", () => {
  it(
    "that was lost on its way is given all the same where the same person has decided under another rule",
    async () => {
      const gitlab = await startGitLab();
      gitlab.world.store.switches.approvalsOfOnePerson = "one-per-rule";
      const id = waiting(gitlab);
      const approval = { status: "approved", represented_as: "QA" };
      await gitlab.api("POST", `/projects/acme%2Fshop/deployments/${id}/approval`, approval, "quinn");
      gitlab.fault({ method: "POST", path: /\/approval$/, drop: "before", times: 1 });
      const stack = new ProviderStack();
      const declared = decision(id, { representedAs: "Security" });
      const up = await operation(as(gitlab, "quinn"), (process) => stack.up(process, [declared]));
      expect(up).toMatchObject({ errors: [], steps: ["create a"] });
      expect(await approvals(gitlab, id)).toHaveLength(2);
      const refreshed = await operation(as(gitlab, "quinn"), (process) => stack.refresh(process));
      expect(refreshed.steps).toEqual(["read a"]);
    },
    LONG_MS,
  );

  it(
    "is no success where GitLab answers with what the same person has decided under another one, then or in the same run",
    async () => {
      const gitlab = await startGitLab();
      const id = waiting(gitlab);
      const under = (representedAs: string) => decision(id, { representedAs });
      const first = { ...under("QA"), name: "first" };
      const stack = new ProviderStack();
      const together = await operation(as(gitlab, "quinn"), (process) =>
        stack.up(process, [first, under("Security")]),
      );
      expect(together.steps).toEqual(["create first"]);
      for (const approval of gitlab.world.store.deployments.get(id)?.approvals ?? [])
        approval.createdAt = new Date(0);
      gitlab.clearRequests();
      const later = await operation(as(gitlab, "quinn"), (process) =>
        stack.up(process, [first, under("Security")]),
      );
      expect(later.steps).toEqual(["same first"]);
      for (const { errors } of [together, later])
        expect(errors).toEqual([
          expect.stringMatching(/quinn had decided on .* before, under another rule.*"Security"/),
        ]);
      expect(asked(gitlab)).toEqual([
        `POST /projects/acme/shop/deployments/${id}/approval 201`,
        `GET /projects/acme/shop/deployments/${id} 200`,
      ]);
      expect([...stack.state.keys()]).toEqual(["first"]);
    },
    LONG_MS,
  );
});

describe("a decision whose token speaks for somebody else now", () => {
  it.each(["rejected", "approved"])(
    "is not given as theirs when it flips from %s, and theirs stays untouched",
    async (status) => {
      const gitlab = await startGitLab();
      const id = waiting(gitlab);
      const stack = new ProviderStack();
      const then = status === "approved" ? "rejected" : "approved";
      await operation(as(gitlab, "quinn"), (process) => stack.up(process, [decision(id, { status })]));
      gitlab.clearRequests();
      const flipped = await operation(as(gitlab, "tess"), (process) =>
        stack.up(process, [decision(id, { status: then })]),
      );
      expect(flipped.errors.join()).toContain("this decision is quinn's, but the token now speaks for tess");
      expect(asked(gitlab)).toEqual(["GET /user 200"]);
      expect(await approvals(gitlab, id)).toEqual([["quinn", status]]);
      expect(stack.state.get("a")?.outputs["status"]).toBe(status);
    },
    LONG_MS,
  );
});
