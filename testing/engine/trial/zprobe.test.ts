import { describe } from "vitest";
import type { Scene } from "./scenario";
import { scenario as program } from "./onBoth";

describe("probe", () => {
  program("z1 names of every kind", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a::b", { name: "a", value: 1 });
      const b = new Toy("späce ☃ $x", { name: "b", value: a.out });
      const c = new pulumi.ComponentResource("x:y:Z", "comp$::x");
      new Toy("a::b", { name: "c", value: b.out }, { parent: c });
      return { "odd key": a.urn, "ü": b.id, nan: Number.NaN, inf: Infinity, neg: -0, big: 12345678901234567890, date: new Date(0), fn: undefined, un: [undefined, null, 1], toy: a };
    });
    await scene.preview(); await scene.up(); await scene.preview(); await scene.refresh(); await scene.destroy();
  });
  program("z2 log.error, warn, debug and exit codes", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      pulumi.log.warn("careful", a); pulumi.log.info("hello\nworld"); pulumi.log.debug("dbg");
      pulumi.log.error("bad but going on", a);
      return { a: a.out };
    });
    await scene.preview(); await scene.up(); await scene.preview();
  });
  program("z3 rejections and throws in apply", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      a.out.apply(() => { throw new Error("in apply"); });
    });
    await scene.preview(); await scene.up(); await scene.up();
  });
  program("z4 dependsOn outputs, secret lists, outputs of outputs", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a", { name: "a", value: pulumi.secret(3) });
      const b = new Toy("b", { name: "b", value: 1, list: [a.out, pulumi.secret("s")], nested: { x: pulumi.secret({ y: 1 }) } }, { dependsOn: pulumi.output([a]) });
      return { s: b.out, secretObject: pulumi.secret({ a: [1, "x"] }), interp: pulumi.interpolate`x-${a.out}`, json: pulumi.jsonStringify({ v: b.out }) };
    });
    await scene.preview(); await scene.up();
    scene.program(({ Toy, pulumi }) => {
      const a = new Toy("a", { name: "a", value: 3 });
      const b = new Toy("b", { name: "b", value: 1, list: [a.out, "s"], nested: { x: { y: pulumi.secret(1) } } });
      return { s: b.out, secretObject: { a: [pulumi.secret(1), "x"] } };
    });
    await scene.preview(); await scene.up(); await scene.preview();
  });
  program("z5 aliases of every form", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      const p = new pulumi.ComponentResource("x:y:P", "p");
      new Toy("one", { name: "one", value: 1 }, { parent: p });
      new Toy("two", { name: "two", value: 1 });
      new Toy("three", { name: "three", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy, pulumi }) => {
      const q = new pulumi.ComponentResource("x:y:Q", "q", {}, { aliases: [{ type: "x:y:P", name: "p" }] });
      new Toy("one", { name: "one", value: 1 }, { parent: q });
      new Toy("deux", { name: "two", value: 2 }, { parent: q, aliases: [{ name: "two", parent: pulumi.rootStackResource }] });
      new Toy("trois", { name: "tri", value: 1 }, { aliases: ["urn:pulumi:" + pulumi.getStack() + "::" + pulumi.getProject() + "::pulumi-nodejs:dynamic/toys:Toy::three", { name: "nothing" }] });
    });
    await scene.preview(); await scene.up(); await scene.preview();
    scene.program(({ Toy, pulumi }) => {
      new Toy("one", { name: "one", value: 1 }, { aliases: [{ parent: "urn:pulumi:" + pulumi.getStack() + "::" + pulumi.getProject() + "::x:y:Q::q" }] });
    });
    await scene.preview(); await scene.up(); await scene.destroy();
  });
  program("z6 duplicate by alias, swap of names", async (scene) => {
    scene.program(({ Toy }) => { new Toy("a", { name: "a", value: 1 }); new Toy("b", { name: "b", value: 1 }); });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("b", { name: "a", value: 1 }, { aliases: [{ name: "a" }] });
      new Toy("a", { name: "b", value: 1 }, { aliases: [{ name: "b" }] });
    });
    await scene.preview(); await scene.up();
    scene.program(({ Toy }) => {
      new Toy("c", { name: "a", value: 1 }, { aliases: [{ name: "a" }] });
      new Toy("a", { name: "x", value: 1 });
    });
    await scene.preview(); await scene.up(); await scene.destroy();
  });
  program("z7 failing in the middle of a chain, then mended; deletes wait", async (scene: Scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out });
      new Toy("c", { name: "c", value: b.out });
      new Toy("gone", { name: "gone", value: 1 });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a2", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out, failOn: "update" });
      new Toy("c", { name: "c2", value: b.out });
    });
    await scene.preview(); await scene.up();
    await scene.refresh(); await scene.destroy();
  });
  program("z8 get then manage, unknown id, missing", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const g = Toy.get("g", a.id as never, { name: "a" });
      return { g: g.out };
    });
    await scene.preview(); await scene.up(); await scene.up();
    scene.program(({ Toy }) => {
      const g = Toy.get("g", "id-none", { name: "a" });
      return { g: g.out };
    });
    await scene.preview(); await scene.up();
    scene.program(({ Toy }) => { const g = new Toy("g", { name: "g", value: 2 }); return { g: g.out }; });
    await scene.preview(); await scene.up(); await scene.destroy();
  });
});
