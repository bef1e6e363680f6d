import { expect } from "vitest";

import type { CliStack } from "../../testing/engine/drivers/cliStack";
import { CliBench, onCli } from "./cli";

/** `up` that goes on after the first failure; what it printed. */
async function upAll(stack: CliStack, ok = false): Promise<string> {
  const args = ["--yes", "--skip-preview", "--continue-on-error", "--stack", stack.name];
  const { exitCode, stdout, stderr } = await stack.pulumi("up", ...args);
  const text = stdout + stderr;
  expect([exitCode === 0, text]).toEqual([ok, text]);
  return text;
}

const shop = `project: "acme/shop"`;
const maintainers = "deployAccessLevels: [{ accessLevel: 40 }]";

interface Edits {
  readonly late?: string;
  readonly theirs?: string;
  readonly cleared?: string;
  readonly slow?: string;
  readonly sha?: string;
}

const program = ({
  late = "",
  theirs = "",
  cleared = "",
  slow = "",
  sha = "f".repeat(40),
}: Edits): string => `
  new gitlab.ProjectProtectedEnvironment("late", { ${shop}, name: "late", ${maintainers},
    approvalRules: [{ groupPath: "acme/qa" }, ${late}] });
  new gitlab.GroupProtectedEnvironment("theirs", { group: "acme", name: "production", ${maintainers},
    approvalRules: [{ accessLevel: 40, requiredApprovals: 2 }], ${theirs} });
  new gitlab.Environment("cleared", { ${shop}, name: "cleared", ${cleared} });
  new gitlab.Environment("again", { ${shop}, name: "again", onDestroy: "stop" });
  new gitlab.Pipeline("retried", { ${shop}, ref: "main", waitFor: "finished", onDestroy: "cancel" });
  ${slow}
  const fresh = new gitlab.Environment("fresh", { ${shop}, name: "fresh", onDestroy: "delete" });
  new gitlab.Deployment("deployment", { ${shop}, environment: fresh.name, sha: "${sha}", ref: "main", status: "success" });`;

const slow = `new gitlab.Pipeline("slow", { project: "acme/api", ref: "main", waitFor: "finished", timeoutSeconds: 1 });`;
const hand = "/projects/acme%2Fshop/environments";

onCli(
  "what was lost, cleared, restarted or protected otherwise is never taken for what state remembers",
  async () => {
    const { gitlab, program: folder, stack } = await CliBench.open();
    const { world } = gitlab;
    world.setPipelineOutcome("acme/shop", { status: "failed" });
    world.setPipelineOutcome("acme/api", { status: "success", readsPerStep: 1000 });
    gitlab.fault({
      method: "POST",
      path: /\/projects\/[^/]+\/protected_environments$/,
      drop: "after",
      times: 1,
    });
    gitlab.fault({
      method: "POST",
      path: /\/groups\/[^/]+\/protected_environments$/,
      drop: "before",
      times: 1,
    });
    gitlab.fault({ method: "POST", path: "/cancel", drop: "after", times: 1 });
    const refused = { status: 403, body: { message: "403 Forbidden" } };
    const unreadable = gitlab.fault({ method: "GET", path: /\/protected_environments\/[^/]+$/, ...refused });
    folder.write(program({ cleared: 'description: "d"', slow }));
    const first = await upAll(stack);
    unreadable();
    expect(first).toMatch(/after 1 s, and cancelling it failed/);
    expect(first).toContain("Push the commit first");
    expect(first).not.toContain("on the way");

    world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "maintainer" }]);
    await gitlab.api("POST", `${hand}/${world.environment("acme/shop", "again").id}/stop`);
    const drift = ["refresh", "--preview-only", "--expect-no-changes", "--stack", stack.name];
    expect((await stack.pulumi(...drift)).exitCode).not.toBe(0);
    const refreshed = (await stack.refresh()).orThrow();
    expect(refreshed.stepsOf("theirs")[0]?.resultOp).toBe("update");

    // The declaration goes on while the create of `late` was never confirmed; the PUT that clears is lost on its way.
    gitlab.fault({ method: "PUT", path: "/environments/", drop: "before", times: 1 });
    const sha = world.project("acme/shop").branches.get("main") ?? "";
    folder.write(program({ late: "{ accessLevel: 40 }", slow, sha }));
    const second = await upAll(stack);
    expect(second).toContain("so somebody else may have made it. To take it over, set `adopt: true`");
    expect(second).toContain("the pipeline is canceled");
    expect(world.environment("acme/shop", "cleared").description).toBeNull();
    expect(world.protection("acme/shop", "late")?.approval_rules).toHaveLength(2);
    expect(world.protection("acme", "production")?.approval_rules).toMatchObject([{ required_approvals: 1 }]);

    folder.write(program({ late: "{ accessLevel: 40 }", theirs: "adopt: true", sha }));
    (await stack.up()).orThrow();
    expect(world.protection("acme", "production")?.approval_rules).toMatchObject([{ required_approvals: 2 }]);
    expect((await stack.up()).orThrow().changes).toEqual({ same: 8 });

    const deployment = { environment: "again", sha, ref: "main", tag: false, status: "success" };
    await gitlab.api("POST", "/projects/acme%2Fshop/deployments", deployment);
    world.runWorkers();
    world.setPipelineOutcome("acme/shop", { status: "success", readsPerStep: 1000 });
    const [pipeline] = world.pipelines("acme/shop");
    await gitlab.api("POST", `/projects/acme%2Fshop/pipelines/${pipeline?.id}/retry`);
    (await stack.destroy()).orThrow();
    expect(world.environment("acme/shop", "again").state).toBe("stopped");
    expect(world.pipelines("acme/shop")[0]?.status).toMatch(/^cancel/);
  },
);

onCli("a decision is never taken for another one, nor given in another person's name", async () => {
  const env: Record<string, string> = {};
  const { gitlab, program: folder, stack } = await CliBench.open({ env });
  const { world } = gitlab;
  world.store.switches.approvalsOfOnePerson = "one-per-rule";
  world.addMember("acme/security", "quinn", "developer");
  world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }],
    [{ group: "acme/qa" }, { group: "acme/security" }],
  );
  const { id } = world.blockDeployment("acme/shop", { environment: "production" });
  const path = `/projects/acme%2Fshop/deployments/${id}`;
  await gitlab.api("POST", `${path}/approval`, { status: "approved", represented_as: "QA" }, "quinn");
  const decide = (status: string): void =>
    folder.write(
      `new gitlab.DeploymentApproval("d", { ${shop}, deploymentId: ${id}, status: "${status}", representedAs: "Security" });`,
    );
  const decisions = async (): Promise<string[]> => {
    const seen: { body: unknown } = await gitlab.api("GET", path);
    const { approvals } = seen.body as { approvals: { user: { username: string }; status: string }[] };
    return approvals.map(({ user, status }) => `${user.username} ${status}`);
  };
  env["GITLAB_TOKEN"] = gitlab.tokenFor("quinn");
  gitlab.fault({ method: "POST", path: /\/approval$/, drop: "before", times: 1 });
  decide("approved");
  (await stack.up()).orThrow();
  expect(await decisions()).toEqual(["quinn approved", "quinn approved"]);
  env["GITLAB_TOKEN"] = gitlab.tokenFor("tess");
  decide("rejected");
  expect((await stack.up()).errors.join()).toContain(
    "this decision is quinn's, but the token now speaks for tess",
  );
  expect(await decisions()).toEqual(["quinn approved", "quinn approved"]);
});
