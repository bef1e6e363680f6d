import type * as pulumi from "@pulumi/pulumi";
import { describe, expect } from "vitest";

import { scenario } from "./scene";

describe("what goes wrong", () => {
  scenario(
    "a dropped entry fails by name, keeps what was made, and the next up completes it",
    async (scene) => {
      scene.program(({ gitlab }) => {
        const rules = new gitlab.GroupProtectedEnvironment("rules", {
          group: "acme",
          name: "production",
          deployAccessLevels: [{ accessLevel: 40 }],
          approvalRules: [{ groupPath: "acme/qa" }, { username: "stranger" }],
        });
        const production = { project: "acme/shop", name: "production" };
        new gitlab.Environment("production", production, { dependsOn: [rules] });
      });
      const failed = await scene.up();
      expect(failed.errors.join()).toContain("GitLab left user stranger out of approvalRules");
      expect(scene.world.environments("acme/shop")).toEqual([]);
      (await scene.refresh()).orThrow();
      expect((await scene.up()).ok).toBe(false);
      scene.world.addMember("acme", "stranger", "maintainer");
      (await scene.preview()).orThrow();
      expect((await scene.up()).orThrow().changes).toMatchObject({ create: 1, update: 1 });
      expect(scene.world.protection("acme", "production")?.approval_rules).toHaveLength(2);
      (await scene.destroy()).orThrow();
    },
  );

  scenario(
    "refused inputs are told by property; what GitLab refuses is told with what to do",
    async (scene) => {
      scene.program(({ gitlab }) => {
        new gitlab.Environment("bad", { project: "acme/shop", name: "/bad", tier: "prod" as "production" });
      });
      expect((await scene.preview()).ok).toBe(false);
      expect(await scene.up()).toMatchObject({ ok: false, log: [] });
      scene.program(({ gitlab }) => {
        new gitlab.Environment("nowhere", { project: "acme/nowhere", name: "production" });
      });
      (await scene.preview()).orThrow();
      expect((await scene.up()).ok).toBe(false);
      scene.world.addEnvironment("acme/shop", "taken");
      scene.program(({ gitlab }) => {
        new gitlab.Environment("taken", { project: "acme/shop", name: "taken" });
      });
      expect((await scene.up()).errors.join()).toContain("adopt: true");
    },
  );

  scenario(
    "up --refresh repairs what it finds; destroy --refresh forgets what is gone, and deletes the rest",
    async (scene) => {
      scene.program(({ gitlab }) => {
        const environment = (name: string, dependsOn: pulumi.Resource[]) =>
          new gitlab.Environment(
            name,
            { project: "acme/shop", name, description: "declared" },
            { dependsOn },
          );
        // One after the other, so that both engines' objects get the same ids.
        const a = environment("a", []);
        const b = environment("b", [a]);
        environment("c", [b]);
        new gitlab.GroupProtectedEnvironment("rules", {
          group: "acme",
          name: "production",
          deployAccessLevels: [{ accessLevel: 40 }],
        });
      });
      (await scene.up()).orThrow();
      scene.world.changeEnvironment("acme/shop", "a", { description: "by hand" });
      scene.world.removeEnvironment("acme/shop", "b");
      (await scene.preview({ refresh: true })).orThrow();
      (await scene.up({ refresh: true })).orThrow();
      expect(scene.world.environment("acme/shop", "a").description).toBe("declared");
      // A parent that cannot be seen is no reason to forget anything.
      scene.gitlab.fault({
        path: "/groups/acme",
        status: 404,
        body: { message: "404 Group Not Found" },
        times: 20,
      });
      expect((await scene.refresh()).ok).toBe(false);
      scene.gitlab.clearFaults();
      expect((await scene.refresh()).orThrow().changes).toEqual({ same: 5 });
      scene.world.removeEnvironment("acme/shop", "c");
      (await scene.destroy({ refresh: true })).orThrow();
      expect(scene.world.environments("acme/shop")).toEqual([]);
      expect(scene.world.protections("acme")).toEqual([]);
    },
  );

  scenario(
    "an environment with deployments is refused by default, and goes where the program says so first",
    async (scene) => {
      const declare = (onDestroy: "delete" | "delete-if-unused"): void =>
        scene.program(({ gitlab }, data) => {
          new gitlab.Environment("used", { project: "acme/shop", name: "used", onDestroy: data });
        }, onDestroy);
      declare("delete-if-unused");
      (await scene.up()).orThrow();
      scene.world.addCiDeployment("acme/shop", { environment: "used" });
      const refused = await scene.destroy();
      expect(refused.errors.join()).toContain("retain");
      declare("delete");
      expect((await scene.up()).orThrow()).toMatchObject({ changes: { same: 1, update: 1 }, log: [] });
      (await scene.destroy()).orThrow();
      expect(scene.world.environments("acme/shop")).toEqual([]);
    },
  );
});
