import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { OfflineStack } from "../testing/engine";
import { PackedPackage, writeFiles } from "./support/packed";
import { programForms, type ProgramForm } from "./support/programForms";
import { startGitLab } from "./support/stack";

let packed: PackedPackage;
beforeAll(() => {
  packed = new PackedPackage();
});
afterAll(() => packed.remove());

async function open(files: ProgramForm["files"]): Promise<OfflineStack & { readonly root: string }> {
  const folder = mkdtempSync(join(packed.folder, "project-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  packed.install(folder);
  const stack = await OfflineStack.create({ program: folder, emulator: await startGitLab() });
  return Object.assign(stack, { root: folder });
}

it("the packed package holds what runs, and no tests, emulator or sources", () => {
  const root = join(packed.folder, "package");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(root, file)).isFile(),
  );
  const folders = ["dist/provider", "docs", "examples", "plugin", "templates"];
  const places = files.map((file) => folders.find((folder) => file.startsWith(`${folder}/`)) ?? file);
  expect([...new Set(places)].sort()).toEqual(
    ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json", ...folders].sort(),
  );
  const code = files.filter((file) => !file.startsWith("examples/"));
  expect(code.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  expect(files.filter((file) => /^docs\/.*(?<!\.md|\.schema\.json)$/.test(file))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});

it.each(programForms)("the packed package works in an empty project: $form", async ({ files }) => {
  const stack = await open(files);
  expect((await stack.up()).orThrow().outputs).toEqual({ id: 1, levels: 40 });
  expect((await stack.destroy()).orThrow().changes).toEqual({ delete: 2 });
});

it.each(["Node10", "Node16", "Bundler"] as const)(
  "the types of each sub-path are found with moduleResolution %s",
  (resolution) => {
    const folder = mkdtempSync(join(packed.folder, "types-"));
    packed.install(folder);
    const options = {
      moduleResolution: ts.ModuleResolutionKind[resolution],
      module: resolution === "Node16" ? ts.ModuleKind.Node16 : ts.ModuleKind.ES2022,
    };
    for (const [name, file] of [
      ["pulumi-gitlab-cd", "index"],
      ["pulumi-gitlab-cd/testing", "testing"],
      ["pulumi-gitlab-cd/dynamic", "dynamic"],
      ["pulumi-gitlab-cd/native", "native"],
    ] as const) {
      const { resolvedModule } = ts.resolveModuleName(name, join(folder, "index.ts"), options, ts.sys);
      expect(resolvedModule?.resolvedFileName, name).toMatch(new RegExp(`dist/provider/${file}\\.d\\.ts$`));
    }
  },
);

it("a package that is only below a component package is refused with what to add, before anything is registered", async () => {
  const stack = await open({
    "Pulumi.yaml": "name: packed\nruntime: nodejs\n",
    "package.json": { main: "index.js" },
    "index.js": `require("acme-delivery");`,
    "node_modules/acme-delivery/index.js": programForms[0]?.files["index.js"] ?? "",
  });
  const modules = join(stack.root, "node_modules");
  mkdirSync(join(modules, "acme-delivery", "node_modules"));
  renameSync(join(modules, "pulumi-gitlab-cd"), join(modules, "acme-delivery/node_modules/pulumi-gitlab-cd"));
  const refused = await stack.up();
  expect(refused.ok).toBe(false);
  expect(refused.steps.filter(({ op }) => op === "create").map(({ name }) => name)).toEqual(["packed-dev"]);
  expect(refused.errors.join()).toContain(`Add "pulumi-gitlab-cd" to the dependencies in the package.json`);
});
