/** Small programs as people write them, each of which mixes several things: the two engines must agree on all of it. */
import { describe, expect, it } from "vitest";
import { enginesUsed, playOnBoth } from "./bothEngines";
import { Scene, type SceneOptions } from "./scenario";

function program(name: string, script: (scene: Scene) => Promise<void>, options: SceneOptions = {}): void {
  it(`${name} ${enginesUsed}`, () => playOnBoth(name, (engine) => Scene.open(engine, options), script));
}

describe("programs", () => {
  program("a resource moves into a component that is renamed later, by aliases", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
      new Toy("b", { name: "b", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy, pulumi }) => {
      const team = new pulumi.ComponentResource("shop:index:Team", "team");
      new Toy(
        "a",
        { name: "a", value: 1 },
        { parent: team, aliases: [{ parent: pulumi.rootStackResource }] },
      );
      new Toy("bee", { name: "b", value: 2 }, { aliases: [{ name: "b" }] });
    });
    expect((await scene.preview()).changes).toEqual({ same: 2, create: 1, update: 1 });
    expect((await scene.up()).orThrow().stepsOf("bee")).toMatchObject([
      { op: "update", diffKeys: ["value"] },
    ]);
    scene.program(({ Toy, pulumi }) => {
      const squad = new pulumi.ComponentResource(
        "shop:index:Squad",
        "squad",
        {},
        { aliases: [{ name: "team", type: "shop:index:Team" }] },
      );
      new Toy("a", { name: "a", value: 1 }, { parent: squad });
      new Toy("bee", { name: "b", value: 2 });
    });
    expect((await scene.up()).changes).toEqual({ same: 4 });
    expect((await scene.destroy()).changes).toEqual({ delete: 4 });
  });

  program(
    "components in components have outputs, and what is left out of the inner one goes",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        const outer = new pulumi.ComponentResource("shop:index:Outer", "outer");
        const inner = new pulumi.ComponentResource("shop:index:Inner", "inner", {}, { parent: outer });
        const a = new Toy("a", { name: "a", value: 1 }, { parent: inner });
        new Toy("b", { name: "b", value: a.out }, { parent: inner, dependsOn: [a] });
        (inner as unknown as { registerOutputs(outputs: object): void }).registerOutputs({
          first: a.out,
          count: 2,
        });
        (outer as unknown as { registerOutputs(outputs: object): void }).registerOutputs({
          inner: inner.urn,
        });
        return { first: a.out, where: inner.urn };
      });
      await scene.preview();
      expect((await scene.up()).outputs).toMatchObject({ first: "out-1" });
      scene.program(({ Toy, pulumi }) => {
        const outer = new pulumi.ComponentResource("shop:index:Outer", "outer");
        const a = new Toy(
          "a",
          { name: "a", value: 1 },
          { parent: outer, aliases: ["urn:pulumi:dev::toys::nothing::x"] },
        );
        return { first: a.out };
      });
      await scene.preview();
      await scene.up();
      await scene.destroy();
    },
  );

  program(
    "secrets inside lists and objects stay secret through outputs, alone and mixed with what is plain",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        const key = new pulumi.Config().requireSecret("key");
        const a = new Toy("a", {
          name: "a",
          value: key,
          list: ["plain", key],
          nested: { deep: [{ key }], open: 1 },
        });
        const b = new Toy("b", { name: "b", value: pulumi.interpolate`${a.out}-${a.id}` });
        return {
          list: pulumi.output(["x", key]),
          b: b.out,
          open: pulumi.unsecret(key),
          nested: { key, plain: [1, null] },
        };
      });
      await scene.preview();
      const up = (await scene.up()).orThrow();
      expect(up.outputs).toMatchObject({ open: "treasure", list: ["x", "treasure"] });
      scene.program(({ Toy, pulumi }) => {
        const key = new pulumi.Config().requireSecret("key");
        const a = new Toy("a", {
          name: "a",
          value: "now plain",
          list: ["plain"],
          nested: { deep: [], open: key },
        });
        return { a: a.out };
      });
      await scene.preview();
      await scene.up();
      await scene.refresh();
    },
    { config: { "toys:key": { value: "treasure", secret: true } } },
  );

  program("what is unknown in preview may sit in lists, keys and combinations", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const both = pulumi.all([a.out, "known"]).apply(([out, known]) => ({ [known]: out }));
      const b = new Toy("b", { name: "b", value: 1, both, list: a.out.apply((out) => [out, out]) });
      const flag = a.id.apply((id) => id === "id-a");
      return { b: b.out, both, flag, deep: { list: [a.out, 1] }, dry: pulumi.runtime.isDryRun() };
    });
    const preview = await scene.preview();
    expect(preview.outputs).toMatchObject({ dry: true });
    expect((await scene.up()).outputs).toMatchObject({ flag: true, both: { known: "out-1" }, dry: false });
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a", { name: "a", value: 2 });
      const both = pulumi.all([a.out, "known"]).apply(([out, known]) => ({ [known]: out }));
      const b = new Toy("b", { name: "b", value: 1, both, list: a.out.apply((out) => [out]) });
      return { b: b.out, id: a.id };
    });
    await scene.preview();
    await scene.up();
    await scene.preview();
  });

  program(
    "ignoreChanges covers lists and whole objects while other fields change or replace",
    async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("a", { name: "a", value: 1, list: [1, 2], nested: { x: 1, y: 2 } });
        new Toy("b", { name: "b", value: 1, nested: { x: { y: 1 } } });
      });
      await scene.up();
      scene.program(({ Toy }) => {
        new Toy(
          "a",
          { name: "a2", value: 5, list: [3], nested: { x: 9 } },
          { ignoreChanges: ["list", "nested", "value"] },
        );
        new Toy(
          "b",
          { name: "b", value: 1, nested: { x: { y: 7 } }, more: true },
          { ignoreChanges: ["nested.x.y"] },
        );
      });
      await scene.preview();
      await scene.up();
      scene.drift("id-b", { value: 4 });
      await scene.refresh();
      await scene.preview();
      await scene.up();
    },
  );

  program("protect keeps one of several, until the program lets it go", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 }, { protect: true });
      new Toy("b", { name: "b", value: a.out });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("b", { name: "b", value: 1 });
    });
    expect((await scene.preview()).ok).toBe(false);
    expect((await scene.up()).ok).toBe(false);
    expect((await scene.destroy()).ok).toBe(false);
    expect(scene.object("id-a")).toBeDefined();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 }, { protect: false });
    });
    await scene.up();
    expect((await scene.destroy()).orThrow().ok).toBe(true);
  });

  program("a replacement runs through a chain, of which one link is deleted first", async (scene) => {
    const chain = (name: string) => `({ Toy }) => {
      const a = new Toy("a", { name: ${JSON.stringify(name)}, value: 1 });
      const b = new Toy("b", { name: a.id, value: 1, dbr: true });
      const c = new Toy("c", { name: b.id, value: a.out });
      new Toy("d", { name: "d", value: c.out }, { dependsOn: [b] });
      return { a: a.id, c: c.id };
    }`;
    const text = (name: string) =>
      ({ toString: () => chain(name) }) as unknown as Parameters<Scene["program"]>[0];
    scene.program(text("one"));
    await scene.up();
    scene.program(text("two"));
    await scene.preview();
    expect((await scene.up()).outputs).toEqual({ a: "id-two", c: "id-id-id-two" });
    expect(scene.object("id-one")).toBeUndefined();
    await scene.preview();
  });

  program("a diamond shrinks and goes in the order of its dependencies", async (scene) => {
    scene.program(({ Toy }) => {
      const top = new Toy("top", { name: "top", value: 1 });
      const left = new Toy("left", { name: "left", value: top.out });
      const right = new Toy("right", { name: "right", value: 1 }, { dependsOn: [top], retainOnDelete: true });
      new Toy("bottom", { name: "bottom", value: left.out }, { dependsOn: [right], deletedWith: top });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      const top = new Toy("top", { name: "top", value: 1 });
      new Toy("left", { name: "left", value: top.out });
    });
    await scene.preview();
    await scene.up();
    expect(scene.object("id-right")).toBeDefined();
    await scene.destroy({ previewOnly: true });
    await scene.destroy();
  });

  program(
    "outputs of every shape: nothing, numbers, lists in objects, what get reads, what depends on it",
    async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("made", { name: "made", value: 7, nested: { a: [1, { b: null, c: "" }] } });
      });
      await scene.up();
      scene.program(({ Toy }) => {
        new Toy("made", { name: "made", value: 7, nested: { a: [1, { b: null, c: "" }] } });
        const seen = Toy.get("seen", "id-made", { name: "made" });
        const after = new Toy("after", { name: "after", value: seen.out });
        return {
          nothing: null,
          absent: undefined,
          numbers: [0, -1.5, 1e21],
          empty: [{}, [], ""],
          deep: { seen: { out: seen.out, ids: [seen.id, after.id] } },
          yes: true,
        };
      });
      await scene.preview();
      expect((await scene.up()).outputs).toMatchObject({ deep: { seen: { out: "out-7" } }, yes: true });
      scene.drift("id-made", { value: 8 });
      await scene.preview();
      await scene.up();
      await scene.up({ refresh: true });
    },
  );

  program(
    "as many as the configuration says, in any order",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        const teams = new pulumi.Config().requireObject<Record<string, number>>("teams");
        const made = Object.entries(teams).map(
          ([name, value]) => new Toy(name, { name, value, kind: { size: value } }),
        );
        return { all: made.map(({ out }) => out), last: new pulumi.Config("other").get("setting") };
      });
      await scene.preview();
      expect((await scene.up()).outputs).toEqual({ all: ["out-1", "out-2"] });
      await scene.driver.config.set("toys:teams", '{"c":3,"b":5}');
      await scene.driver.config.set("other:setting", "on");
      await scene.preview();
      expect((await scene.up()).outputs).toEqual({ all: ["out-3", "out-5"], last: "on" });
      await scene.up({ replace: [scene.urn("b")] });
      await scene.destroy({ targets: [scene.urn("c")] });
    },
    { config: { "toys:teams": '{"a":1,"b":2}' } },
  );

  program("transformations and default options reach every child", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        type.includes("Toy")
          ? { props: { ...props, label: "from the stack" }, opts: { ...opts, protect: false } }
          : undefined,
      );
      const group = new pulumi.ComponentResource("shop:index:Group", "group", {}, { protect: true });
      const a = new Toy("a", { name: "a", value: 1 }, { parent: group });
      new Toy(
        "b",
        { name: "b", value: a.out },
        { parent: group, protect: true, customTimeouts: { create: "5m" } },
      );
      return { a: a.urn };
    });
    await scene.preview();
    await scene.up();
    expect(scene.object("id-a")).toMatchObject({ label: "from the stack" });
    await scene.destroy();
    await scene.preview();
  });
});
