import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asking, shop } from "./asking";
import { Emulator } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const status = asking(() => gitlab);

describe("approvals", () => {
  const approve = (id: number, user: string, body: object = {}) =>
    status("POST", `${shop}/deployments/${id}/approval`, { status: "approved", ...body }, user);

  it("are one a person, also of one whom two rules name", async () => {
    gitlab.world.addMember("acme/security", "quinn", "developer");
    gitlab.world.protect(
      "acme",
      "production",
      [{ role: "maintainer" }],
      [{ group: "acme/qa" }, { group: "acme/security" }],
    );
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    expect((await approve(id, "quinn"))[0]).toBe(201);
    expect((await approve(id, "quinn", { represented_as: "Security" }))[0]).toBe(201);
    const shown = (await gitlab.api("GET", `${shop}/deployments/${id}`)).body;
    expect([shown.approvals.length, shown.pending_approval_count]).toEqual([1, 1]);
    gitlab.world.store.switches.approvalsOfOnePerson = "one-per-rule";
    expect((await approve(id, "quinn", { represented_as: "Security" }))[0]).toBe(201);
    expect((await gitlab.api("GET", `${shop}/deployments/${id}`)).body.pending_approval_count).toBe(0);
  });

  it("have a comment of 255 characters at most", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ group: "acme/qa" }]);
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    expect(await approve(id, "quinn", { comment: "x".repeat(256) })).toEqual([
      400,
      { message: ["Comment is too long (maximum is 255 characters)"] },
    ]);
    expect((await approve(id, "quinn", { comment: "x".repeat(255) }))[0]).toBe(201);
  });

  it("start the waiting job with the last one where a count asked for them, and not where rules did", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    gitlab.world.setLegacyApprovalCount("acme", "production", 1);
    gitlab.world.protect("acme", "staging", [{ role: "maintainer" }], [{ role: "maintainer" }]);
    const statusAfter = async (environment: string) => {
      const { id } = gitlab.world.blockDeployment("acme/shop", { environment });
      expect((await approve(id, "dana"))[0]).toBe(201);
      gitlab.world.runWorkers();
      return gitlab.world.store.deployments.get(id)?.status;
    };
    expect([await statusAfter("production"), await statusAfter("staging")]).toEqual(["running", "blocked"]);
  });

  it("are asked for by rules where there are any, else by the largest count and not the sum", async () => {
    gitlab.world.addEnvironment("acme/shop", "production");
    for (const place of ["acme", "acme/shop"]) {
      gitlab.world.protect(place, "production", [{ role: "maintainer" }]);
      gitlab.world.setLegacyApprovalCount(place, "production", place === "acme" ? 2 : 3);
    }
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    const pending = async () =>
      (await gitlab.api("GET", `${shop}/deployments/${id}`)).body.pending_approval_count;
    expect(await pending()).toBe(3);
    gitlab.world.addStrangerEntry("acme", "production", { role: "maintainer" }, "rules");
    expect(await pending()).toBe(1);
  });
});
