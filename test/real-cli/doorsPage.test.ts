import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";

import { CliStack, type ProjectSettings } from "../../testing/engine/drivers/cliStack";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { YamlBench } from "../plugin/yamlBench";
import { shown } from "../support/docs";
import { PackedPackage, writeFiles } from "../support/packed";
import { line, startGitLab } from "../support/stack";
import { onCli } from "./cli";

const PAGE = "docs/doors.md";

let packed: PackedPackage;
beforeAll(() => {
  if (realEngine !== undefined) packed = new PackedPackage();
});
afterAll(() => packed?.remove());

/** As the page says, in an empty folder; npm asks the registry for what the package needs. */
function install(folder: string, ...others: string[]): void {
  writeFileSync(join(folder, "package.json"), "{}");
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", ...others, packed.tarball];
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

onCli("the page's program in YAML runs where the packed package was installed", async () => {
  const bench = await YamlBench.open();
  const { gitlab, stack } = bench;
  install(stack.root);
  const [, project] = shown(PAGE, "yaml");
  const { name: _name, ...settings } = parse(project ?? "") as ProjectSettings;
  stack.writeProject({ main: undefined, ...settings });
  const reads = (call: string): boolean => call.startsWith("GET /projects/acme/shop/environments?");
  const preview = (await stack.preview()).orThrow();
  expect(preview.changes).toEqual({ create: 3 });
  expect(preview.requests.map(line).filter((call) => !reads(call))).toEqual([]);
  expect((await stack.up()).orThrow().outputs).toEqual({ slug: "production", before: [] });
  expect(gitlab.world.protection("acme", "production")?.approval_rules).toHaveLength(2);
  const again = (await stack.up()).orThrow();
  expect(again.changes).toEqual({ same: 3 });
  expect(again.requests.map(line).filter((call) => !reads(call))).toEqual([]);
  (await stack.destroy()).orThrow();
  expect([gitlab.world.environments("acme/shop"), gitlab.world.protections("acme")]).toEqual([[], []]);
});

onCli("the page's program in TypeScript runs where the packed package was installed", async () => {
  const folder = mkdtempSync(join(packed.folder, "typescript-"));
  // The newest SDK for Node.js 20.
  install(folder, "@pulumi/pulumi@3.248.0", "typescript@5", "@types/node@20");
  const [project] = shown(PAGE, "yaml");
  const [program] = shown(PAGE, "ts");
  writeFiles(folder, { "Pulumi.yaml": project ?? "", "index.ts": program ?? "" });
  const stack = await CliStack.create({ program: folder, emulator: await startGitLab() });
  onTestFinished(() => stack.dispose());
  expect((await stack.preview()).orThrow()).toMatchObject({ changes: { create: 2 }, requests: [] });
  expect((await stack.up()).orThrow().outputs).toEqual({ slug: "staging" });
  expect((await stack.up()).orThrow()).toMatchObject({ changes: { same: 2 }, requests: [] });
  (await stack.destroy()).orThrow();
});

it("the registry's page shows the same programs", () => {
  const [, ofThePage] = shown(PAGE, "yaml").map((text) => parse(text) as Record<string, unknown>);
  const [ofTheRegistry] = shown("docs/_index.md", "yaml").map(
    (text) => parse(text) as Record<string, unknown>,
  );
  expect(ofTheRegistry?.["resources"]).toEqual(ofThePage?.["resources"]);
  expect(shown("docs/_index.md", "python")).toEqual(shown(PAGE, "python"));
});
