import { describe, expect } from "vitest";

import { scenario } from "./scene";

describe("resource options and stack features", () => {
  scenario(
    "protect, retainOnDelete, ignoreChanges, dependsOn and components hold as for any resource",
    async (scene) => {
      const declare = (change: boolean): void =>
        scene.program(({ gitlab, pulumi }, changed) => {
          class Delivery extends pulumi.ComponentResource {
            constructor() {
              super("acme:index:Delivery", "delivery", {}, { protect: true });
              const rules = new gitlab.GroupProtectedEnvironment(
                "rules",
                {
                  group: "acme",
                  name: "production",
                  deployAccessLevels: changed
                    ? [{ username: "dana" }, { accessLevel: 40 }]
                    : [{ accessLevel: 40 }, { username: "dana" }],
                },
                { parent: this },
              );
              const production = new gitlab.Environment(
                "production",
                { project: "acme/shop", name: "production", tier: "production" },
                { parent: this, dependsOn: [rules] },
              );
              this.registerOutputs({ id: production.environmentId });
            }
          }
          const delivery = new Delivery();
          new gitlab.Environment(
            "kept",
            { project: "acme/shop", name: "kept", description: changed ? "another" : "one" },
            { retainOnDelete: true, ignoreChanges: ["description"], dependsOn: [delivery] },
          );
        }, change);
      declare(false);
      (await scene.up()).orThrow();
      const posts = scene.gitlab.requests
        .filter(({ method }) => method === "POST")
        .map(({ body }) => body["name"]);
      expect(posts).toEqual(["production", "production", "kept"]);
      declare(true);
      expect((await scene.up()).orThrow()).toMatchObject({ changes: { same: 5 }, log: [] });
      const refused = await scene.destroy();
      expect(refused.ok).toBe(false);
      expect(scene.world.protection("acme", "production")).toBeDefined();
      scene.program(() => undefined);
      expect((await scene.preview()).ok).toBe(false);
      expect(scene.world.environments("acme/shop").map(({ name }) => name)).toContain("kept");
    },
  );

  scenario("targets touch nothing else", async (scene) => {
    const declare = (description: string): void =>
      scene.program(({ gitlab }, text) => {
        const b = new gitlab.Environment("b", { project: "acme/shop", name: "b", description: text });
        // After the other, so that both engines' objects get the same ids.
        const a = new gitlab.Environment(
          "a",
          { project: "acme/shop", name: "a", description: text },
          { dependsOn: [b] },
        );
        new gitlab.ProjectProtectedEnvironment("rules", {
          project: "acme/shop",
          name: a.name,
          deployAccessLevels: [{ accessLevel: 40 }],
        });
      }, description);
    declare("one");
    (await scene.up()).orThrow();
    declare("two");
    const targets = [scene.urn("Environment", "a")];
    expect((await scene.preview({ targets })).orThrow().changes).toMatchObject({ update: 1 });
    const up = (await scene.up({ targets })).orThrow();
    expect(up.log).toEqual(['PUT /projects/acme/shop/environments/2 {"description":"two"} 200']);
    (await scene.refresh({ targets })).orThrow();
    expect((await scene.destroy({ targets })).ok).toBe(false);
    (await scene.destroy({ targets, targetDependents: true })).orThrow();
    expect(scene.world.environments("acme/shop").map(({ name }) => name)).toEqual(["b"]);
  });

  scenario(
    "configuration goes in, outputs come out, the token from the configuration is nowhere in clear",
    async (scene) => {
      const { url, token } = scene.gitlab;
      const key = `${scene.namespace}:token`;
      await scene.driver.config.set(`${scene.namespace}:baseUrl`, url);
      await scene.driver.config.set(key, { value: token, secret: true });
      scene.program(({ gitlab, pulumi }) => {
        const config = new pulumi.Config();
        const environment = new gitlab.Environment("environment", {
          project: config.require("project"),
          name: config.get("name") ?? "review/1",
          description: config.requireSecret("note"),
        });
        return {
          slug: environment.slug,
          note: environment.description,
          id: environment.environmentId,
          live: gitlab.getEnvironmentsOutput({ project: "acme/shop" }).apply((all) => all.length),
        };
      });
      (await scene.preview({ reads: true })).orThrow();
      const up = (await scene.up()).orThrow();
      expect(up.outputs).toMatchObject({ id: 1, live: 0 });
      expect(up.outputs["note"]).toBe("between us");
      const state = JSON.stringify(await scene.driver.exportState());
      expect(state).not.toContain(token);
      expect(state).not.toContain("between us");
      await scene.driver.config.set("name", "review/2");
      (await scene.preview({ reads: true })).orThrow();
      expect((await scene.up()).orThrow().changes).toMatchObject({ replace: 1 });
      // Set without --secret: refused before anything is registered.
      await scene.driver.config.set(key, token);
      const refused = await scene.up();
      expect(refused).toMatchObject({ ok: false, log: [] });
      expect(refused.text).toContain(`pulumi config set --secret ${key}`);
      await scene.driver.config.set(key, { value: token, secret: true });
      (await scene.destroy()).orThrow();
    },
    {
      config: { project: "acme/shop", note: { value: "between us", secret: true } },
      env: () => ({ GITLAB_TOKEN: undefined, GITLAB_BASE_URL: undefined }),
    },
  );
});
