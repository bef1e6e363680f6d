import { describe, expect } from "vitest";

import { scenario } from "./onBoth";

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
