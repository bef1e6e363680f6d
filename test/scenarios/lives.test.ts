import { describe, expect } from "vitest";

import { scenario } from "./scene";

const PASSWORD = "correct-horse-battery-staple";

describe("whole lives", () => {
  scenario(
    "environment and both protections: 0 requests unchanged, one PUT for rules, repaired after drift",
    async (scene) => {
      const declare = (qa: number, url: string): void =>
        scene.program(
          ({ gitlab }, data) => {
            const group = new gitlab.GroupProtectedEnvironment("group", {
              group: "acme",
              name: "production",
              deployAccessLevels: [
                { accessLevel: gitlab.AccessLevel.Maintainer },
                { groupPath: "acme/release" },
              ],
              approvalRules: [{ groupPath: "acme/qa", requiredApprovals: data.qa }, { username: "dana" }],
            });
            const production = new gitlab.Environment(
              "production",
              { project: "acme/shop", name: "production", tier: "production", externalUrl: data.url },
              { dependsOn: [group] },
            );
            const project = new gitlab.ProjectProtectedEnvironment("project", {
              project: "acme/shop",
              name: production.name,
              deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Maintainer }, { username: "olivia" }],
            });
            return {
              id: production.environmentId,
              slug: production.slug,
              state: production.state,
              rules: group.approvalRules,
              levels: project.deployAccessLevels,
            };
          },
          { qa, url },
        );
      declare(1, "https://shop.example.com");
      expect((await scene.preview()).orThrow()).toMatchObject({ changes: { create: 4 }, log: [] });
      const up = (await scene.up()).orThrow();
      expect(up.outputs).toMatchObject({ slug: "production", state: "available" });
      expect((await scene.up()).orThrow()).toMatchObject({ changes: { same: 4 }, log: [] });
      declare(2, "https://new.example.com");
      // The environment's id and slug stay known, so nothing that depends on it shows as changed.
      expect((await scene.preview()).orThrow()).toMatchObject({
        changes: { same: 2, update: 2 },
        log: [],
        outputs: { id: 1, slug: "production" },
      });
      expect((await scene.up()).orThrow().log.filter((line) => line.startsWith("PUT"))).toHaveLength(2);
      expect((await scene.refresh()).orThrow().changes).toEqual({ same: 4 });
      scene.world.addStrangerEntry("acme", "production", { user: "olivia" }, "rules");
      scene.world.changeEnvironment("acme/shop", "production", { external_url: "https://by.hand" });
      scene.world.unprotect("acme/shop", "production");
      expect((await scene.refresh()).orThrow().changes).toMatchObject({ update: 2, delete: 1 });
      expect((await scene.up()).orThrow().changes).toMatchObject({ create: 1, update: 2 });
      expect(scene.world.protection("acme", "production")?.approval_rules).toHaveLength(2);
      expect((await scene.destroy()).orThrow().changes).toEqual({ delete: 4 });
    },
  );

  scenario(
    "deployment and approval: approved through another connection, moved on, and forgotten",
    async (scene) => {
      scene.world.protect("acme/shop", "production", [{ role: "developer" }], [{ group: "acme/qa" }]);
      const { id: deploymentId } = scene.world.blockDeployment("acme/shop", {
        environment: "production",
        user: "devon",
      });
      const declare = (status: "running" | "success", approval: "approved" | "rejected"): void =>
        scene.program(
          ({ gitlab }, data) => {
            const staging = new gitlab.Deployment("staging", {
              project: "acme/shop",
              environment: "staging",
              sha: data.sha,
              ref: "main",
              status: data.status,
              onDestroy: "delete",
            });
            const approval = new gitlab.DeploymentApproval("approval", {
              project: "acme/shop",
              deploymentId: data.deploymentId,
              status: data.approval,
              connection: "quinn",
            });
            return { id: staging.deploymentId, current: staging.currentStatus, user: approval.user.username };
          },
          { status, approval, deploymentId, sha: scene.head },
        );
      declare("running", "approved");
      await scene.preview();
      expect((await scene.up()).orThrow().outputs).toMatchObject({ current: "running", user: "quinn" });
      declare("success", "approved");
      expect((await scene.preview()).orThrow().changes).toMatchObject({ update: 1, same: 2 });
      (await scene.up()).orThrow();
      expect((await scene.refresh()).orThrow().changes).toEqual({ same: 3 });
      // An impossible transition, in preview.
      declare("running", "approved");
      expect((await scene.preview()).ok).toBe(false);
      declare("success", "approved");
      // What is deployed now cannot be deleted.
      expect((await scene.destroy()).ok).toBe(false);
      scene.world.addCiDeployment("acme/shop", { environment: "staging" });
      (await scene.destroy()).orThrow();
    },
    { env: (gitlab) => ({ QUINN_TOKEN: gitlab.tokenFor("quinn"), QUINN_BASE_URL: gitlab.url }) },
  );

  scenario(
    "pipeline and actions: waited for, its secret variable nowhere in clear, run anew by triggers",
    async (scene) => {
      const declare = (run: number): void =>
        scene.program(({ gitlab, pulumi }, data) => {
          const pipeline = new gitlab.Pipeline("pipeline", {
            project: "acme/shop",
            ref: "main",
            name: "Deploy",
            variables: [{ key: "PASSWORD", value: new pulumi.Config().requireSecret("password") }],
            triggers: [data],
            waitFor: "success",
            onDestroy: "delete",
          });
          const cleanUp = new gitlab.ReviewAppCleanup("clean-up", { project: "acme/shop", triggers: [data] });
          const stale = new gitlab.StaleEnvironmentsStop("stale", {
            project: "acme/shop",
            before: "2020-01-01",
          });
          return { status: pipeline.status, found: cleanUp.scheduledEntries, message: stale.message };
        }, run);
      declare(1);
      (await scene.preview()).orThrow();
      expect((await scene.up()).orThrow().outputs).toMatchObject({ status: "success", found: [] });
      expect((await scene.up()).orThrow()).toMatchObject({ changes: { same: 4 }, log: [] });
      declare(2);
      expect((await scene.up()).orThrow().changes).toEqual({ same: 2, replace: 2 });
      expect(scene.world.pipelines("acme/shop")).toHaveLength(1);
      expect(JSON.stringify(await scene.driver.exportState())).not.toContain(PASSWORD);
      (await scene.destroy()).orThrow();
    },
    { config: { password: { value: PASSWORD, secret: true } } },
  );
});
