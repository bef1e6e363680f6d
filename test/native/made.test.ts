import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { actionCalls } from "../../provider/functions/actions";
import { dataCalls } from "../../provider/functions/invokes";
import { ROOT } from "../support/root";

const BY_HAND = ["calls.ts", "registration.ts"];

describe("what is made of both doors", () => {
  let root: string;
  let makeDoors: (root: string) => void;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "doors-"));
    for (const folder of ["resources", "functions"])
      cpSync(join(ROOT, "provider", folder), join(root, "provider", folder), { recursive: true });
    for (const door of ["dynamic", "native"]) {
      mkdirSync(join(root, "provider", "doors", door), { recursive: true });
      for (const file of BY_HAND) writeFileSync(join(root, "provider", "doors", door, file), "");
    }
    const tool = pathToFileURL(join(ROOT, "test", "tools", "doors.mjs")).href;
    ({ makeDoors } = (await import(tool)) as { makeDoors: (root: string) => void });
    makeDoors(root);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const at = (path: string) => join(root, "provider", path);
  const textOf = (path: string) => readFileSync(at(path), "utf8");
  const edit = (path: string, from: string | RegExp, to: string) => {
    const before = textOf(path);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(at(path), after);
  };

  it("is in the work tree as the tool makes it: nothing is stale", () => {
    for (const door of ["dynamic", "native"])
      for (const file of readdirSync(at(`doors/${door}`)).filter((name) => !BY_HAND.includes(name)))
        expect(readFileSync(join(ROOT, "provider", "doors", door, file), "utf8"), `${door}/${file}`).toBe(
          textOf(`doors/${door}/${file}`),
        );
  });

  it("names every data function, with its form for outputs, and every action", () => {
    const names = [...textOf("doors/native/functions.ts").matchAll(/^export const (\w+)/gm)].map(
      ([, name]) => name,
    );
    const data = Object.keys(dataCalls).flatMap((name) => [name, `${name}Output`]);
    expect(names.sort()).toEqual([...data, ...Object.keys(actionCalls)].sort());
  });

  it("says at both doors what stands once, at the life cycle or in the interface", () => {
    edit("resources/pipeline.ts", " * Runs a pipeline:", " * Sets a pipeline going:");
    edit("functions/deployments.ts", "/** One deployment,", "/** A single deployment,");
    makeDoors(root);
    for (const door of ["dynamic", "native"]) {
      expect(textOf(`doors/${door}/pipeline.ts`)).toMatch(
        /\n\/\*\*\n \* Sets a pipeline going:.*(?:\n \*.*)*\n \*\/\nexport class/,
      );
      expect(textOf(`doors/${door}/functions.ts`)).toContain("/**\n * A single deployment,");
    }
  });

  it("goes with the resource that it was made of, and leaves alone what is written by hand", () => {
    edit("resources/index.ts", /export \{ pipeline \}.*\n/, "");
    makeDoors(root);
    for (const door of ["dynamic", "native"]) {
      const files = readdirSync(at(`doors/${door}`));
      expect(files).toHaveLength(8 + BY_HAND.length);
      expect(files).toEqual(expect.arrayContaining(BY_HAND));
      expect(files).not.toContain("pipeline.ts");
    }
  });

  it("has a `get` for what can be read, and none for what only ran", () => {
    const withGet = readdirSync(at("doors/dynamic")).filter((file) =>
      textOf(`doors/dynamic/${file}`).includes("static get("),
    );
    expect(withGet).toEqual([
      "deployment.ts",
      "deploymentApproval.ts",
      "environment.ts",
      "groupProtectedEnvironment.ts",
      "pipeline.ts",
      "projectProtectedEnvironment.ts",
    ]);
  });

  it("is refused where no comment says what a class is", () => {
    edit("resources/pipeline.ts", /The id is `[^`]+`/, "It has an id");
    expect(() => makeDoors(root)).toThrow(
      "provider/resources/pipeline.ts: a comment above pipeline must say",
    );
  });
});
