import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const path = (id: number) => `/projects/acme%2Fshop/deployments/${id}`;
const blocked = (user = "devon") =>
  gitlab.world.blockDeployment("acme/shop", { environment: "production", user });
const decide = (id: number, body: object, user: string) =>
  gitlab.api("POST", `${path(id)}/approval`, body, user);
const approved = { status: "approved" };
const protect = () =>
  gitlab.world.protect(
    "acme",
    "production",
    [{ role: "developer" }],
    [
      { group: "acme/qa", requiredApprovals: 2 },
      { role: "maintainer", requiredApprovals: 1 },
    ],
  );

describe("the six refusals, all 400 and in this order", () => {
  it.each([
    ["an unprotected environment", () => undefined, "devon", "This environment is not protected."],
    ["one's own deployment", protect, "devon", /^You cannot approve your own deployment\./],
    [
      "an environment without approvals",
      () => gitlab.world.protect("acme", "production", [{ role: "developer" }]),
      "dana",
      "Deployment approvals is not configured for this environment.",
    ],
    [
      "someone whom no rule names",
      protect,
      "rita",
      /^You don't have permission to approve this deployment\./,
    ],
  ])("refuses %s", async (_case, arrange, user, message) => {
    arrange();
    const bad = await decide(blocked().id, approved, user);
    expect(bad.status).toBe(400);
    expect(bad.body.message).toMatch(message);
  });

  it("refuses more than was asked for", async () => {
    gitlab.world.protect("acme", "production", [{ role: "developer" }], [{ role: "maintainer" }]);
    const { id } = blocked();
    expect((await decide(id, approved, "dana")).status).toBe(201);
    expect(await decide(id, approved, "olivia")).toMatchObject({
      status: 400,
      body: { message: "This deployment is not waiting for approvals." },
    });
  });

  it("refuses a role that is not one's own", async () => {
    protect();
    const bad = await decide(blocked().id, { ...approved, represented_as: "QA" }, "dana");
    expect(bad.body.message).toMatch(/^There are no approval rules for the given `represent_as` parameter\./);
  });

  it("400s an unknown verdict, 403s a guest, 404s a foreign deployment", async () => {
    protect();
    const { id } = blocked();
    expect((await decide(id, { status: "maybe" }, "dana")).body).toEqual({
      error: "status does not have a valid value",
    });
    expect((await decide(id, approved, "gus")).status).toBe(403);
    expect((await decide(9999, approved, "dana")).body).toEqual({ message: "404 Not found" });
  });
});

describe("approvals", () => {
  it("count for the caller's rule, and show in the deployment", async () => {
    protect();
    const { id } = blocked();
    const made = await decide(id, { ...approved, comment: "fine" }, "quinn");
    expect(made).toMatchObject({
      status: 201,
      body: { user: { username: "quinn" }, status: "approved", comment: "fine" },
    });
    const shown = (await gitlab.api("GET", path(id))).body;
    expect(shown).toMatchObject({
      status: "blocked",
      pending_approval_count: 2,
      approvals: [{ status: "approved" }],
    });
    expect(shown.approval_summary.rules).toMatchObject([
      { required_approvals: 2, deployment_approvals: [{ comment: "fine" }] },
      { required_approvals: 1, deployment_approvals: [] },
    ]);
  });

  it("keep their first comment when repeated, and turn over when opposed", async () => {
    protect();
    const { id } = blocked();
    await decide(id, { ...approved, comment: "first" }, "quinn");
    expect((await decide(id, { ...approved, comment: "second" }, "quinn")).body.comment).toBe("first");
    const rejected = await decide(id, { status: "rejected" }, "quinn");
    expect(rejected).toMatchObject({ status: 201, body: { status: "rejected" } });
    const shown = (await gitlab.api("GET", path(id))).body;
    expect(shown.approvals).toHaveLength(1);
    expect(shown.status).toBe("failed");
  });

  it("represent a rule by a part of its description, upper and lower case apart", async () => {
    protect();
    gitlab.world.addMember("acme", "quinn", "maintainer");
    const { id } = blocked();
    expect((await decide(id, { ...approved, represented_as: "maintain" }, "quinn")).status).toBe(400);
    expect((await decide(id, { ...approved, represented_as: "Maintain" }, "quinn")).status).toBe(201);
    const { rules } = (await gitlab.api("GET", path(id))).body.approval_summary;
    expect(rules[1].deployment_approvals).toHaveLength(1);
  });

  it("may be one's own where the project says so; rejecting one's own always may", async () => {
    gitlab.world.protect(
      "acme",
      "production",
      [{ role: "developer" }],
      [{ role: "developer", requiredApprovals: 2 }],
    );
    const { id } = blocked();
    expect((await decide(id, { status: "rejected" }, "devon")).status).toBe(201);
    gitlab.world.project("acme/shop").selfApproval = true;
    expect((await decide(blocked().id, approved, "devon")).status).toBe(201);
  });

  it("follow a legacy count where there are no rules", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    gitlab.world.setLegacyApprovalCount("acme", "production", 1);
    const { id } = blocked();
    expect((await decide(id, approved, "rita")).status).toBe(400);
    expect((await decide(id, approved, "dana")).status).toBe(201);
  });

  it("add up over the rules of group and project", async () => {
    protect();
    gitlab.world.protect("acme/shop", "production", [{ role: "developer" }], [{ role: "developer" }]);
    expect((await gitlab.api("GET", path(blocked().id))).body.pending_approval_count).toBe(4);
  });

  it("were refused for anything but `blocked` in older versions", async () => {
    protect();
    gitlab.world.store.switches.approvalNeedsBlocked = true;
    const row = gitlab.world.addCiDeployment("acme/shop", { environment: "production", user: "devon" });
    expect((await decide(row.id, approved, "dana")).body.message).toBe(
      "This deployment is not waiting for approvals.",
    );
    expect((await decide(blocked().id, approved, "dana")).status).toBe(201);
  });

  it("start nothing: the job is run by hand", async () => {
    gitlab.world.protect("acme", "production", [{ role: "developer" }], [{ role: "maintainer" }]);
    const { id } = blocked();
    await decide(id, approved, "dana");
    expect((await gitlab.api("GET", path(id))).body.status).toBe("blocked");
    gitlab.world.runDeploymentJob(id);
    expect((await gitlab.api("GET", path(id))).body.status).toBe("success");
  });
});

describe("whom an entry means", () => {
  it("takes administrators for everybody, whatever the rule names", async () => {
    gitlab.world.protect("acme", "production", [{ role: "developer" }], [{ group: "acme/qa" }]);
    expect((await decide(blocked().id, approved, "root")).status).toBe(201);
  });

  it("counts members of groups that a group is shared with where all members count, not where direct ones do", async () => {
    gitlab.world.shareGroup("acme/qa", "acme/release", "developer");
    gitlab.world.addUser({ username: "guest-of-qa" });
    gitlab.world.addMember("acme/release", "guest-of-qa", "developer");
    gitlab.world.addMember("acme/shop", "guest-of-qa", "reporter");
    for (const inherited of [false, true]) {
      gitlab.world.protect("acme/shop", "production", [{ role: "developer" }]);
      gitlab.world.addStrangerEntry("acme/shop", "production", { group: "acme/qa", inherited }, "rules");
      expect((await decide(blocked().id, approved, "guest-of-qa")).status).toBe(inherited ? 201 : 400);
      gitlab.world.unprotect("acme/shop", "production");
    }
  });
});
