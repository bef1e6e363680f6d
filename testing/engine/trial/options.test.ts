import { describe, expect } from "vitest";

import { scenario } from "./onBoth";

describe("options", () => {
  scenario("protect refuses deletes and replacements", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 }, { protect: true });
      new Toy("b", { name: "b", value: 1 });
    });
    await scene.up();
    expect((await scene.destroy()).ok).toBe(false);
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a2", value: 1 }, { protect: true });
    });
    expect((await scene.preview()).ok).toBe(false);
    expect((await scene.up()).ok).toBe(false);
  });

  scenario("retainOnDelete forgets, deletedWith leaves the work to another", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      new Toy("b", { name: "b", value: 1 }, { retainOnDelete: true });
      new Toy("c", { name: "c", value: 1 }, { deletedWith: a });
    });
    await scene.up();
    await scene.destroy();
    expect(scene.object("id-b")).toBeDefined();
    expect(scene.object("id-c")).toBeDefined();
  });

  scenario("what goes with a resource that is replaced is left to it", async (scene) => {
    const declare = (name: string): void =>
      scene.program({
        toString: () => `({ Toy }) => {
          const a = new Toy("a", { name: "${name}", value: 1, dbr: true });
          new Toy("b", { name: a.out, value: 1 }, { deletedWith: a });
          const seen = Toy.get("seen", a.id, { name: "a" });
          return { seen: seen.out };
        }`,
      } as unknown as Parameters<typeof scene.program>[0]);
    declare("one");
    await scene.preview();
    await scene.up();
    declare("two");
    await scene.preview();
    await scene.up();
    expect(scene.object("id-one")).toBeUndefined();
    await scene.destroy();
  });

  scenario("ignoreChanges keeps old values, at any depth", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, list: [1, 2], tags: { x: 1, y: 1 } });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy(
        "a",
        { name: "b", value: 2, list: [5, 2, 7], tags: { x: 2, y: 3, z: 3 } },
        {
          ignoreChanges: ["name", "list[0]", "tags.x", "more[3]", "list[2]"],
        },
      );
    });
    expect((await scene.preview()).stepsOf("a")[0]).toMatchObject({ op: "update" });
    await scene.up();
  });

  scenario(
    "aliases keep a resource through a new name, a new type of parent and a moved component",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        new Toy("a", { name: "a", value: 1 });
        const group = new pulumi.ComponentResource("toys:index:Group", "group");
        const child = new Toy("group-child", { name: "child", value: 1 }, { parent: group });
        new Toy("user", { name: "user", value: child.out });
      });
      await scene.up();
      scene.program(({ Toy, pulumi }) => {
        new Toy("b", { name: "a", value: 1 }, { aliases: [{ name: "a" }] });
        const team = new pulumi.ComponentResource(
          "toys:index:Team",
          "team",
          {},
          {
            aliases: [{ name: "group", type: "toys:index:Group" }],
          },
        );
        const child = new Toy("team-child", { name: "child", value: 1 }, { parent: team });
        new Toy("user", { name: "user", value: child.out });
      });
      expect((await scene.preview()).changes).toEqual({ same: 5 });
      expect((await scene.up()).changes).toEqual({ same: 5 });
      expect((await scene.up()).changes).toEqual({ same: 5 });
    },
  );

  scenario("additionalSecretOutputs and customTimeouts go into the state", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy(
        "a",
        { name: "a", value: 1 },
        {
          additionalSecretOutputs: ["out"],
          customTimeouts: { create: "1m30s", delete: "2h" },
        },
      );
    });
    await scene.up();
    expect((await scene.state()).find(({ id }) => id === "id-a")?.customTimeouts).toEqual({
      create: 90,
      delete: 7200,
    });
  });

  scenario("components pass protection on, and go after their children", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      class Group extends pulumi.ComponentResource {
        finish(outputs: object): void {
          this.registerOutputs(outputs);
        }
      }
      const group = new Group("toys:index:Group", "group", { size: 1 }, { protect: true });
      const inner = new pulumi.ComponentResource("toys:index:Group", "inner", {}, { parent: group });
      const a = new Toy("a", { name: "a", value: 1 }, { parent: inner });
      new Toy("b", { name: "b", value: 1 }, { dependsOn: [group] });
      group.finish({ size: a.out });
    });
    await scene.up();
    scene.program(({ Toy, pulumi }) => {
      const group = new pulumi.ComponentResource("toys:index:Group", "group", { size: 2 });
      const inner = new pulumi.ComponentResource("toys:index:Group", "inner", {}, { parent: group });
      new Toy("a", { name: "a", value: 1 }, { parent: inner });
      new Toy("b", { name: "b", value: 1 }, { dependsOn: [group] });
    });
    await scene.up();
    await scene.destroy();
  });
});

describe("targets", () => {
  scenario("limit an operation, and refuse what would depend on something left out", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      new Toy("b", { name: "b", value: a.out });
      new Toy("c", { name: "c", value: 1 });
    });
    await scene.up({ targets: [scene.urn("b")] });
    expect((await scene.up({ targets: [scene.urn("a")] })).ok).toBe(true);
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 2 });
      new Toy("b", { name: "b", value: a.out });
    });
    await scene.up();
    expect((await scene.destroy({ targets: [scene.urn("a")] })).ok).toBe(false);
    await scene.destroy({ targets: [scene.urn("a")], targetDependents: true });
    await scene.up({ targets: [scene.urn("nobody")] });
  });
});
