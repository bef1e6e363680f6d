import { describe, expect, it } from "vitest";
import { contains, ignoreChanges, parsePath } from "./paths";
import { secret } from "./values";

describe("a path", () => {
  it.each([
    ["a", ["a"]],
    ["a.b[0].c", ["a", "b", 0, "c"]],
    ['a["b.c"][*]', ["a", "b.c", "*"]],
    ["[1]", [1]],
    ["*", ["*"]],
  ])("%s is read", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it("that is none is refused", () => {
    expect(parsePath("a[")).toBeUndefined();
  });

  it("contains what is below it", () => {
    expect(contains(["a", "*"], ["a", 1, "x"])).toBe(true);
    expect(contains(["a", "b"], ["a"])).toBe(false);
  });
});

describe("ignoring a change", () => {
  const old = { name: "old", list: [1, 2], tags: { x: 1, y: 1 }, only: true };
  const now = { name: "new", list: [5, 6], tags: { x: 2, z: 3 } };

  it.each([
    [["name"], { ...now, name: "old" }, []],
    [["list[0]"], { ...now, list: [1, 6] }, []],
    [["list[*]"], { ...now, list: [1, 2] }, []],
    [["tags.x"], { ...now, tags: { x: 1, z: 3 } }, []],
    [["tags.z"], { ...now, tags: { x: 2 } }, []],
    [["tags.*"], { ...now, tags: { x: 1, y: 1 } }, []],
    [["only"], { ...now, only: true }, []],
    [["list[2]"], now, []],
    [["nothing.at.all"], now, []],
    [["*"], old, []],
  ])("%j restores the old value there", (paths, inputs, invalid) => {
    expect(ignoreChanges(now, old, paths)).toEqual({ inputs, invalid });
  });

  it("is refused where one side has no such place", () => {
    expect(ignoreChanges({ list: [1] }, { list: [1, 2] }, ["list[1]"]).invalid).toEqual(["list[1]"]);
    expect(ignoreChanges({}, { deep: { x: 1 } }, ["deep.x"]).invalid).toEqual(["deep.x"]);
  });

  it("keeps an old value secret", () => {
    const { inputs } = ignoreChanges({ deep: { x: 2 } }, { deep: secret({ x: 1 }) }, ["deep.x"]);
    expect(inputs).toEqual({ deep: { x: secret(1) } });
  });
});
