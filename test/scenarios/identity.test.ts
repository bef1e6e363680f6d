import { describe, expect } from "vitest";

import { scenario } from "./scene";

describe("one object, whatever it is called", () => {
  scenario(
    "renamed without an alias: adopted by the new resource, never deleted by the old",
    async (scene) => {
      const declare = (resource: string, adopt: boolean): void =>
        scene.program(
          ({ gitlab }, data) => {
            new gitlab.Environment(`${data.resource}-environment`, {
              project: "acme/shop",
              name: "production",
              adopt: data.adopt,
            });
            new gitlab.GroupProtectedEnvironment(`${data.resource}-group`, {
              group: "acme",
              name: "production",
              deployAccessLevels: [{ accessLevel: 40 }],
              adopt: data.adopt,
            });
          },
          { resource, adopt },
        );
      declare("first", false);
      (await scene.up()).orThrow();
      const ids = (): unknown => [
        scene.world.environments("acme/shop").map(({ id }) => id),
        scene.world.protection("acme", "production")?.deploy_access_levels.map(({ id }) => id),
      ];
      const before = ids();
      declare("second", false);
      const refused = await scene.up();
      expect(refused.errors.join()).toContain("`aliases`");
      expect(ids()).toEqual(before);
      declare("third", true);
      expect((await scene.up()).orThrow().changes).toMatchObject({ create: 2, delete: 2 });
      expect(ids()).toEqual(before);
      // `--replace` creates (adopts), then would delete the very same object.
      const replace = [
        scene.urn("Environment", "third-environment"),
        scene.urn("GroupProtectedEnvironment", "third-group"),
      ];
      expect((await scene.up({ replace })).orThrow().changes).toMatchObject({ replace: 2 });
      expect(ids()).toEqual(before);
      expect((await scene.destroy()).orThrow().log.filter((line) => line.startsWith("DELETE"))).toHaveLength(
        2,
      );
    },
  );

  scenario("adopted as it is by hand, respelled project and group, kept by an alias", async (scene) => {
    scene.world.addEnvironment("acme/shop", "production", { external_url: "https://by.hand" });
    scene.world.protect("acme", "production", [{ role: "developer" }], [{ group: "acme/qa" }]);
    const shop = scene.world.project("acme/shop").id;
    const acme = scene.world.group("acme").id;
    const declare = (
      project: string | number,
      group: string | number,
      resource: string,
      alias: string,
    ): void =>
      scene.program(
        ({ gitlab, pulumi }, data) => {
          const parent = new pulumi.ComponentResource("acme:index:Delivery", "delivery");
          const aliases = [{ name: data.alias, parent: pulumi.rootStackResource }, { name: data.alias }];
          const opts = data.resource === data.alias ? {} : { parent, aliases };
          const args = { project: data.project, name: "production", adopt: true };
          const production = new gitlab.Environment(data.resource, args, opts);
          const rules = new gitlab.GroupProtectedEnvironment(
            `${data.resource}-rules`,
            {
              group: data.group,
              name: "production",
              deployAccessLevels: [{ accessLevel: 40 }],
              approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }],
              adopt: true,
            },
            data.resource === data.alias
              ? {}
              : { parent, aliases: [{ name: `${data.alias}-rules`, parent: pulumi.rootStackResource }] },
          );
          return { id: production.environmentId, rules: rules.id };
        },
        { project, group, resource, alias },
      );
    declare("acme/shop", "acme", "production", "production");
    expect((await scene.up()).orThrow().outputs).toMatchObject({ id: 1, rules: "acme:production" });
    // Another spelling is the same project: one look at each spelling, no write, the id as it was.
    declare(shop, acme, "production", "production");
    const respelled = (await scene.up()).orThrow();
    expect(respelled.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
    expect(respelled.outputs).toMatchObject({ id: 1, rules: "acme:production" });
    declare(shop, acme, "moved", "production");
    const moved = (await scene.up()).orThrow();
    expect(moved).toMatchObject({ log: [], changes: { same: 4 } });
    (await scene.destroy()).orThrow();
  });

  scenario(
    "replaced by another name: the new one first, or last where the program says so",
    async (scene) => {
      const declare = (name: string, deleteBeforeReplace: boolean): void =>
        scene.program(
          ({ gitlab }, data) => {
            const environment = new gitlab.Environment(
              "environment",
              { project: "acme/shop", name: data.name },
              { deleteBeforeReplace: data.deleteBeforeReplace },
            );
            new gitlab.ProjectProtectedEnvironment("rules", {
              project: "acme/shop",
              name: environment.name,
              deployAccessLevels: [{ accessLevel: 40 }],
            });
            return { id: environment.environmentId };
          },
          { name, deleteBeforeReplace },
        );
      declare("qa", false);
      (await scene.up()).orThrow();
      declare("qa-2", false);
      (await scene.preview()).orThrow();
      const first = (await scene.up()).orThrow();
      const writes = (log: readonly string[]): string[] =>
        log
          .filter((line) => /^(POST|DELETE).*environments( |\/\d+ )/.test(line))
          .map((line) => line.split(" ")[0] ?? "");
      expect(writes(first.log).at(0)).toBe("POST");
      declare("qa-3", true);
      (await scene.preview()).orThrow();
      const last = (await scene.up()).orThrow();
      expect(writes(last.log)).toContain("DELETE");
      expect(scene.world.environments("acme/shop").map(({ name }) => name)).toEqual(["qa-3"]);
      expect(scene.world.protections("acme/shop").map(({ name }) => name)).toEqual(["qa-3"]);
    },
  );

  scenario("read by get from id alone, every time, and never deleted", async (scene) => {
    scene.world.addEnvironment("acme/shop", "production", { tier: "production" });
    scene.world.protect("acme", "production", [{ role: "developer" }], [{ group: "acme/qa" }]);
    scene.world.protect("acme/shop", "production", [{ user: "dana" }]);
    const deployment = scene.world.addCiDeployment("acme/shop", { environment: "production" });
    const pipeline = scene.world.addPipeline("acme/shop", { status: "success" });
    scene.program(
      ({ gitlab }, data) => {
        const environment = gitlab.Environment.get("environment", "acme/shop:1");
        const group = gitlab.GroupProtectedEnvironment.get("group", "acme:production");
        const project = gitlab.ProjectProtectedEnvironment.get("project", "acme/shop:production");
        const deployed = gitlab.Deployment.get("deployed", `acme/shop:${data.deployment}`);
        const pipe = gitlab.Pipeline.get("pipeline", `acme/shop:${data.pipeline}`);
        return {
          tier: environment.tier,
          id: environment.environmentId,
          rules: group.approvalRules,
          levels: project.deployAccessLevels,
          status: deployed.currentStatus,
          pipeline: pipe.status,
        };
      },
      { deployment: deployment.id, pipeline: pipeline.id },
    );
    (await scene.preview({ reads: true })).orThrow();
    expect((await scene.up()).orThrow().outputs).toMatchObject({
      tier: "production",
      id: 1,
      status: "success",
    });
    scene.world.changeEnvironment("acme/shop", "production", { tier: "staging" });
    expect((await scene.up()).orThrow().outputs).toMatchObject({ tier: "staging" });
    (await scene.refresh()).orThrow();
    (await scene.destroy()).orThrow();
    expect(scene.world.environments("acme/shop")).toHaveLength(1);
    expect(scene.world.protections("acme")).toHaveLength(1);
  });
});
