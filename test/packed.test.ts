import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

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

it.each(programForms)("the packed package works in an empty project: $form", async ({ files }) => {
  const stack = await open(files);
  expect((await stack.up()).orThrow().outputs).toEqual({ id: 1, levels: 40 });
  expect((await stack.destroy()).orThrow().changes).toEqual({ delete: 2 });
});

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
