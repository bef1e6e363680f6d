import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { DeliveryBench, failuresOf, LONG_MS } from "./support/deliveryBench";
import { log } from "./support/protectionLife";
import { providers } from "./support/providers";

const { deploymentApproval } = providers;
const DEPLOYMENTS = "/projects/acme%2Fshop/deployments";

describe("DeploymentApproval", () => {
  let bench: DeliveryBench;
  beforeEach(async () => {
    bench = await DeliveryBench.start("quinn", "dana");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await bench.stop();
  });

  const protect = () =>
    bench.emulator.world.protect(
      "acme/shop",
      "production",
      [{ role: "developer" }],
      [{ group: "acme/qa" }, { user: "dana" }],
    );
  const waiting = (user = "devon") =>
    bench.emulator.world.blockDeployment("acme/shop", { environment: "production", user }).id;

  it(
    "approves as the user of its connection, flips in place, and says on removal that it cannot be taken back",
    async () => {
      const { stack, emulator } = bench;
      protect();
      const deploymentId = waiting();
      const declare = (args: object) => {
        const all = { project: "acme/shop", deploymentId, status: "approved", connection: "quinn", ...args };
        bench.declare(
          `const a = new gitlab.DeploymentApproval("a", ${JSON.stringify(all)}); exports.by = a.user.username;`,
        );
      };
      declare({ comment: "green" });
      expect(log((await stack.preview()).orThrow())).toEqual([]);
      const up = (await stack.up()).orThrow();
      const quinn = emulator.world.user("quinn").id;
      expect(log(up)).toEqual([`POST ${DEPLOYMENTS}/${deploymentId}/approval`]);
      expect(up.stepsOf("a")[0]?.id).toBe(`acme/shop:${deploymentId}:${quinn}`);
      expect(up.outputs).toEqual({ by: "quinn" });
      const refreshed = (await stack.refresh()).orThrow();
      expect(log(refreshed)).toEqual([`GET ${DEPLOYMENTS}/${deploymentId}`]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });

      declare({ comment: "greener" });
      const refused = await stack.preview();
      expect(log(refused)).toEqual([]);
      expect(refused.errors.join()).toContain(
        'GitLab keeps the first comment of a decision ("green") and cannot change it alone.',
      );
      declare({ comment: "red", status: "rejected" });
      expect(log((await stack.up()).orThrow())).toEqual([
        "GET /user",
        `POST ${DEPLOYMENTS}/${deploymentId}/approval`,
      ]);
      const [row] = emulator.world.deployments("acme/shop");
      expect(row).toMatchObject({ status: "failed", approvals: [{ status: "rejected", comment: "red" }] });
      const destroyed = (await stack.destroy()).orThrow();
      expect(log(destroyed)).toEqual([]);
      expect(destroyed.text).toContain(
        `acme/shop:${deploymentId}:${quinn}: GitLab cannot take a decision back, so the deployment stays rejected`,
      );
    },
    LONG_MS,
  );

  it(
    "decides anew through another connection, and leaves the decision of the first",
    async () => {
      protect();
      const deploymentId = waiting();
      const declare = (connection: string) => {
        const args = { project: "acme/shop", deploymentId, status: "approved", connection };
        bench.declare(`new gitlab.DeploymentApproval("a", ${JSON.stringify(args)});`);
      };
      declare("quinn");
      (await bench.stack.up()).orThrow();
      declare("dana");
      const replaced = (await bench.stack.up()).orThrow();
      expect(replaced.changes).toMatchObject({ replace: 1 });
      expect(log(replaced)).toEqual([`POST ${DEPLOYMENTS}/${deploymentId}/approval`]);
      const [row] = bench.emulator.world.deployments("acme/shop");
      expect(row).toMatchObject({
        approvals: [{ user: { username: "quinn" } }, { user: { username: "dana" } }],
      });
    },
    LONG_MS,
  );

  /** Straight at the provider: what it says when GitLab refuses. */
  const refusalFor = async (user: string, inputs: object) => {
    vi.stubEnv("GITLAB_TOKEN", bench.emulator.tokenFor(user));
    vi.stubEnv("GITLAB_BASE_URL", bench.emulator.url);
    const declared = { project: "acme/shop", status: "approved", ...inputs };
    return deploymentApproval.create?.(declared).then(
      () => "no refusal",
      (error: Error) => error.message,
    );
  };

  it("tells an environment that is not protected", async () => {
    expect(await refusalFor("quinn", { deploymentId: waiting() })).toMatch(
      /no approval rule applies to the deployment\. Protect it with `approvalRules` .*\(GitLab: This environment is not protected\.\)/,
    );
  });

  it("tells a protection without approval rules", async () => {
    bench.emulator.world.protect("acme/shop", "production", [{ role: "developer" }]);
    expect(await refusalFor("olivia", { deploymentId: waiting() })).toMatch(
      /is protected but asks for no approvals\. Give its protection `approvalRules`.*not configured for this environment/,
    );
  });

  it("tells one's own deployment", async () => {
    protect();
    expect(await refusalFor("dana", { deploymentId: waiting("dana") })).toMatch(
      /started by the same user, .* Approve it through the `connection` of another user.*You cannot approve your own/,
    );
  });

  it("tells a deployment that waits for nothing any more", async () => {
    protect();
    const deploymentId = waiting();
    for (const user of ["quinn", "dana"]) {
      const path = `${DEPLOYMENTS}/${deploymentId}/approval`;
      await bench.emulator.api("POST", path, { status: "approved" }, user);
    }
    expect(await refusalFor("quinn", { deploymentId, status: "rejected" })).toMatch(
      /nothing is left to approve: .* approved by quinn, approved by dana\..*not waiting for approvals/,
    );
  });

  it("tells a user whom no rule names", async () => {
    protect();
    expect(await refusalFor("olivia", { deploymentId: waiting() })).toMatch(
      /olivia is not among those who may decide\. Its rules ask for: QA, Dana Maintainer\..*You don't have permission/,
    );
  });

  it("tells a rule that nobody knows by that name, or that is another's", async () => {
    protect();
    const deploymentId = waiting();
    expect(await refusalFor("quinn", { deploymentId, representedAs: "Ops" })).toMatch(
      /no approval rule is called "Ops"\. Set `representedAs` to \(a part of\) one of: QA, Dana Maintainer\..*no approval rules for the given/,
    );
    expect(await refusalFor("quinn", { deploymentId, representedAs: "Dana" })).toMatch(
      /quinn is not among those who may decide as Dana/,
    );
  });

  it.each(["before", "after"] as const)(
    "decides once where the connection drops %s it took effect",
    async (drop) => {
      protect();
      const deploymentId = waiting();
      bench.emulator.fault({ method: "POST", path: "/approval", drop, times: 1 });
      expect(await refusalFor("quinn", { deploymentId, representedAs: "QA" })).toBe("no refusal");
      expect(bench.emulator.world.deployments("acme/shop")).toMatchObject([
        { approvals: [{ status: "approved" }] },
      ]);
    },
  );

  it.each([
    [{ status: "maybe" }, 'status must be one of approved, rejected, got "maybe"'],
    [{ deploymentId: "12a" }, "deploymentId must be a whole number"],
    [{ comment: "x".repeat(256) }, "comment is too long: 256 characters, GitLab takes 255"],
    [{ represented_as: "QA" }, "represented_as is not an argument; did you mean representedAs?"],
  ])("refuses bad input before anything is sent: case %#", async (args, reason) => {
    const good = { project: "acme/shop", deploymentId: 1, status: "approved" };
    expect(await failuresOf(deploymentApproval, { ...good, ...args })).toContain(reason);
    expect(await failuresOf(deploymentApproval, good)).toBe("");
  });
});
