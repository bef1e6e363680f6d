import { describe, expect, it } from "vitest";
import { enginesUsed, playOnBoth } from "./bothEngines";
import { Scene, type SceneOptions } from "./scenario";

type Script = (scene: Scene) => Promise<void>;

function scenario(name: string, script: Script, options: SceneOptions = {}): void {
  it(`${name} ${enginesUsed}`, () => playOnBoth(name, (engine) => Scene.open(engine, options), script));
}

describe("the life of a resource", () => {
  scenario("is created, left alone, updated, and deleted", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      return { out: a.out, fixed: 3 };
    });
    const preview = await scene.preview();
    expect(preview.changes).toEqual({ create: 2 });
    expect(preview.outputs).toEqual({ fixed: 3 });
    const up = await scene.up();
    expect(up.outputs).toEqual({ out: "out-1", fixed: 3 });
    expect(scene.object("id-a")).toMatchObject({ value: 1 });
    expect((await scene.preview()).changes).toEqual({ same: 2 });
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 2 });
      return { out: a.out };
    });
    expect((await scene.preview()).stepsOf("a")).toMatchObject([{ op: "update", diffKeys: ["value"] }]);
    expect((await scene.up()).outputs).toEqual({ out: "out-2" });
    expect((await scene.destroy()).orThrow().changes).toEqual({ delete: 2 });
    expect(scene.object("id-a")).toBeUndefined();
    expect(await scene.state()).toEqual([]);
  });

  scenario("shows what a preview cannot know as unknown, and decides the same at up", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out, list: [a.out, "x"], nested: { deep: a.out } });
      new Toy("c", { name: b.out, value: 3 });
    });
    expect((await scene.preview()).changes).toEqual({ create: 4 });
    await scene.up();
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 2 });
      const b = new Toy("b", { name: "b", value: a.out, list: [a.out, "x"], nested: { deep: a.out } });
      new Toy("c", { name: b.out, value: 3 });
    });
    expect((await scene.preview()).changes).toEqual({ same: 1, update: 2, replace: 1 });
    expect((await scene.up()).changes).toEqual({ same: 1, update: 2, replace: 1 });
  });

  scenario("is deleted when it leaves the program, dependents first", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: 1 }, { dependsOn: [a] });
      new Toy("c", { name: "c", value: 1 }, { dependsOn: [b] });
      new Toy("d", { name: "d", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    expect((await scene.preview()).changes).toEqual({ same: 2, delete: 3 });
    const up = await scene.up();
    const order = up.steps.filter(({ op }) => op === "delete").map(({ name }) => name);
    expect(order.indexOf("c")).toBeLessThan(order.indexOf("b"));
  });
});

describe("replacing", () => {
  scenario("creates first and deletes at the end", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "one", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "two", value: 1 });
    });
    expect((await scene.preview()).stepsOf("a").map(({ op }) => op)).toEqual([
      "create-replacement",
      "replace",
      "delete-replaced",
    ]);
    const up = await scene.up();
    expect(up.changes).toEqual({ same: 1, replace: 1 });
    expect(up.stepsOf("a")[0]).toMatchObject({ replaceKeys: ["name"], id: "id-two" });
  });

  scenario(
    "deletes first where the provider or the program asks for it, dependents included",
    async (scene) => {
      scene.program(({ Toy }) => {
        const a = new Toy("a", { name: "one", value: 1, dbr: true });
        const b = new Toy("b", { name: a.out, value: 1 });
        new Toy("c", { name: "c", value: b.out });
        new Toy("d", { name: "d1", value: 1 }, { deleteBeforeReplace: true, dependsOn: [a] });
      });
      await scene.up();
      scene.program(({ Toy }) => {
        const a = new Toy("a", { name: "two", value: 2, dbr: true });
        const b = new Toy("b", { name: a.out, value: 1 });
        new Toy("c", { name: "c", value: b.out });
        new Toy("d", { name: "d2", value: 1 }, { deleteBeforeReplace: true, dependsOn: [a] });
      });
      expect((await scene.preview()).changes).toEqual({ same: 1, update: 1, replace: 3 });
      expect((await scene.up()).changes).toEqual({ same: 2, replace: 3 });
    },
  );

  scenario("happens to the URNs it is asked for", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      new Toy("b", { name: "b", value: a.out });
    });
    await scene.up();
    const replace = [scene.urn("a")];
    expect((await scene.preview({ replace })).stepsOf("a")[0]).toMatchObject({ replaceKeys: ["id"] });
    expect((await scene.up({ replace })).changes).toMatchObject({ replace: 1 });
  });

  scenario("follows replaceOnChanges", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy(
        "a",
        { name: "a", value: 1, noOpinion: true },
        { replaceOnChanges: ["value"], deleteBeforeReplace: true },
      );
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy(
        "a",
        { name: "a", value: 2, noOpinion: true },
        { replaceOnChanges: ["value"], deleteBeforeReplace: true },
      );
    });
    expect((await scene.up()).changes).toMatchObject({ replace: 1 });
  });

  scenario("resumes where a delete-first replacement broke off", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "one", value: 1, dbr: true });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "two", value: 1, dbr: true, failOn: "create" });
    });
    expect((await scene.up()).ok).toBe(false);
    expect((await scene.state()).find(({ id }) => id === "id-one")).toMatchObject({
      pendingReplacement: true,
    });
    scene.program(({ Toy }) => {
      new Toy("a", { name: "two", value: 1, dbr: true });
    });
    expect((await scene.up()).orThrow().changes).toEqual({ same: 1, replace: 1 });
  });

  scenario("deletes the old one later when that failed", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "one", value: 1, failOn: "delete" });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "two", value: 1 });
    });
    expect((await scene.up()).ok).toBe(false);
    expect((await scene.state()).filter((state) => state.delete)).toHaveLength(1);
    scene.program(() => undefined);
    expect((await scene.up()).ok).toBe(false);
  });
});

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

describe("what is really there", () => {
  scenario("refresh finds drift, and the next preview offers to undo it", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out });
      new Toy("c", { name: "c", value: 1 }, { parent: b, dependsOn: [a] });
    });
    await scene.up();
    expect((await scene.refresh()).changes).toEqual({ same: 4 });
    scene.drift("id-a", { value: 5 });
    scene.drift("id-b", undefined);
    expect((await scene.refresh({ previewOnly: true })).changes).toEqual({ same: 2, update: 1, delete: 1 });
    expect((await scene.refresh()).changes).toEqual({ same: 2, update: 1, delete: 1 });
    expect((await scene.preview()).changes).toMatchObject({ update: 1, create: 1 });
    await scene.up();
  });

  scenario("up --refresh looks first and acts on what it found", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    await scene.up();
    scene.drift("id-a", { value: 5 });
    await scene.preview({ refresh: true });
    expect((await scene.up({ refresh: true })).changes).toEqual({ same: 1, update: 1 });
    scene.drift("id-a", undefined);
    expect((await scene.destroy({ refresh: true })).ok).toBe(true);
  });

  scenario("get reads what others manage, every time", async (scene) => {
    scene.drift("elsewhere", { name: "there", value: 7, checked: true });
    scene.program(({ Toy }) => {
      const there = Toy.get("there", "elsewhere", {});
      const a = new Toy("a", { name: "a", value: there.out });
      return { out: there.out, id: there.id, a: a.out };
    });
    await scene.preview();
    expect((await scene.up()).outputs).toEqual({ out: "out-7", id: "elsewhere", a: "out-out-7" });
    scene.drift("elsewhere", { value: 8 });
    expect((await scene.up()).changes).toMatchObject({ update: 1 });
    await scene.refresh();
    await scene.destroy();
    expect(scene.object("elsewhere")).toBeDefined();
  });

  scenario("a managed resource can be let go to a get, and taken back", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      Toy.get("a", "id-a", {});
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "b", value: 1 });
    });
    await scene.up();
  });
});

describe("configuration and secrets", () => {
  scenario(
    "secrets stay secret from input to output",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        const config = new pulumi.Config();
        const a = new Toy(
          "a",
          {
            name: "a",
            value: config.requireSecret("key"),
            deep: { key: config.getSecret("key") },
          },
          { additionalSecretOutputs: ["out"] },
        );
        const b = new Toy(
          "b",
          { name: "b", value: a.out, showConfig: true },
          { additionalSecretOutputs: ["out"] },
        );
        return { key: config.requireSecret("key"), plain: config.get("setting"), b: b.out };
      });
      await scene.preview();
      const up = await scene.up();
      expect(up.outputs).toMatchObject({ key: "hidden treasure", plain: "on" });
      expect(JSON.stringify(await scene.driver.exportState())).not.toContain("hidden treasure");
    },
    { config: { key: { value: "hidden treasure", secret: true }, setting: "on", "other:thing": '{"a": 1}' } },
  );

  scenario(
    "providers see the configuration of now at up, and that of the last up at refresh",
    async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("a", { name: "a", value: 1, showConfig: true });
      });
      await scene.up();
      await scene.driver.config.set("setting", "second");
      await scene.refresh();
      await scene.preview();
      await scene.up({ refresh: true });
      await scene.driver.config.rm("setting");
      await scene.up();
      await scene.destroy();
    },
    { config: { setting: "first" } },
  );
});

describe("failures", () => {
  scenario("a failed create stops what comes after, and keeps what was made", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out, failOn: "create" });
      new Toy("c", { name: "c", value: b.out });
      return { out: a.out };
    });
    expect(await scene.up()).toMatchObject({ ok: false, exitCode: 1 });
    expect((await scene.state()).map(({ id }) => id)).toContain("id-a");
    await scene.destroy();
  });

  scenario("what was made but is not ready stays in the state, and the next up goes on", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, partialOn: "create" });
    });
    expect((await scene.up()).errors[0]).toContain("it is not ready");
    expect((await scene.state()).find(({ id }) => id === "id-a")?.initErrors).toHaveLength(2);
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, partialOn: "update" });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    expect((await scene.up()).orThrow().changes).toEqual({ same: 1, update: 1 });
  });

  for (const operation of ["update", "delete", "read", "diff", "check"] as const) {
    scenario(`a failed ${operation} is told once, with the provider's words`, async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("a", { name: "a", value: 1, failOn: "nothing" });
      });
      await scene.up();
      await scene.driver.config.set("failOn", operation);
      scene.program(({ Toy, pulumi }) => {
        new Toy("a", { name: "a", value: 1, failOn: new pulumi.Config().require("failOn"), more: 1 });
      });
      await scene.up();
      await scene.refresh();
      await scene.destroy();
    });
  }

  scenario("refused inputs are told by property, in preview and up", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, bad: "text", worse: [1, { x: true }] });
    });
    expect((await scene.preview()).ok).toBe(false);
    expect((await scene.up()).ok).toBe(false);
  });

  scenario("a program that throws changes nothing, and deletes nothing", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    await scene.up();
    scene.program(() => {
      throw new Error("the program broke");
    });
    const up = await scene.up();
    expect(up.ok).toBe(false);
    expect(scene.object("id-a")).toBeDefined();
  });

  scenario("two resources of one name are refused", async (scene) => {
    scene.program(({ Toy }) => {
      const first = new Toy("a", { name: "a", value: 1 });
      new Toy("a", { name: "b", value: 1 }, { dependsOn: [first] });
    });
    expect((await scene.preview()).ok).toBe(false);
  });
});

describe("messages", () => {
  scenario("what program and provider print is shown", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      console.log("the program says hello");
      console.error("the program complains");
      const a = new Toy("a", { name: "a", value: 1, say: "hi", complain: "loudly" });
      void pulumi.log.warn("beware", a);
      void pulumi.log.info("for your information");
    });
    await scene.up();
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
