import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loaderText } from "../provider/lifecycle/loaderText";
import { Emulator } from "../testing/emulator";
import { type ExportedStack, OfflineStack } from "../testing/engine";
import { TestProgram } from "./support/program";
import { ROOT } from "./support/root";
import { arrange, FIXTURES, program, type StateName, stateNames } from "./tools/states";

describe("the loader's contract, which every state of a user refers to", () => {
  it("is at the same place in the package", () => {
    const { exports, name } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      name: string;
      exports: Record<string, unknown>;
    };
    expect(name).toBe("pulumi-gitlab-cd");
    expect(exports["./dynamic"]).toEqual({
      types: "./dist/provider/dynamic.d.ts",
      default: "./dist/provider/dynamic.js",
    });
  });

  it("exports the same names, retired ones included", () => {
    // As the loader text asks for it.
    const require = createRequire(join(ROOT, "package.json"));
    const dynamic = require("pulumi-gitlab-cd/dynamic") as Record<string, unknown>;
    expect(Object.keys(dynamic).sort()).toEqual([
      "deployment",
      "deploymentApproval",
      "environment",
      "groupProtectedEnvironment",
      "pipeline",
      "projectProtectedEnvironment",
      "reviewAppCleanup",
      "staleEnvironmentsStop",
    ]);
    for (const provider of Object.values(dynamic))
      for (const call of ["configure", "check", "diff", "create", "read", "update", "delete"])
        expect(provider).toHaveProperty(call);
    // An ES module knows only the names that Node reads from the text of the file.
    const seen = `import * as seen from "pulumi-gitlab-cd/dynamic"; console.log(JSON.stringify(seen));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", seen], { cwd: ROOT });
    expect(JSON.parse(String(printed))).toMatchObject(
      Object.fromEntries(Object.keys(dynamic).map((name) => [name, {}])),
    );
  });

  it("is loaded by the same text, which is in every state", () => {
    expect(loaderText("environment")).toBe(
      'exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-gitlab-cd/dynamic").environment',
    );
  });
});

const emulators: Emulator[] = [];
afterEach(() => Promise.all(emulators.splice(0).map((emulator) => emulator.stop())));

const versions = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it("has a state of every released version", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(versions).toContain(version);
});

describe.each(versions)("a state of %s", (version) => {
  it.each(stateNames.filter((name) => existsSync(join(FIXTURES, version, `${name}.json`))))(
    "with %s is unchanged, refreshes, updates and is destroyed",
    async (name: StateName) => {
      const emulator = await Emulator.start();
      emulators.push(emulator);
      await arrange(emulator, name);
      const state = JSON.parse(
        readFileSync(join(FIXTURES, version, `${name}.json`), "utf8"),
      ) as ExportedStack;
      const files = new TestProgram(program(emulator, name, "made"));
      try {
        const stack = await OfflineStack.create({
          program: files.folder,
          project: "states",
          emulator,
          state,
          passphrase: "fixture",
        });
        const unchanged = (await stack.preview()).orThrow();
        expect(unchanged.changes).toEqual({ same: unchanged.steps.length });
        const refreshed = (await stack.refresh()).orThrow();
        expect(refreshed.changes.delete ?? 0).toBe(0);
        expect((await stack.preview()).orThrow().changes).toEqual(unchanged.changes);
        files.write(program(emulator, name, "changed"));
        expect((await stack.up()).orThrow().changes.update).toBeGreaterThan(0);
        (await stack.destroy()).orThrow();
        expect((await stack.exportState()).deployment.resources ?? []).toEqual([]);
      } finally {
        files.remove();
      }
    },
    120_000,
  );
});
