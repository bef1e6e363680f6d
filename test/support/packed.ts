import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ROOT } from "./root";

/** What a program needs besides this package: its dependencies and peers, and what runs TypeScript. Nothing else is linked. */
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};
const LINKED = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.peerDependencies),
  "typescript",
  "ts-node",
  "@types/node",
];

/** The archives that would be published from a folder. Without building, which would take away what other tests are using. */
export function packagesOf(folder: string, to: string): string[] {
  const args = [join(ROOT, "test/tools/package.mjs"), to, "--built"];
  return execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" }).trim().split("\n");
}

/** The package as it would be published, in a folder of its own. */
export class PackedPackage {
  readonly folder = mkdtempSync(join(tmpdir(), "packed-"));
  readonly tarball: string;

  constructor() {
    [this.tarball = ""] = packagesOf(ROOT, this.folder);
    execFileSync("tar", ["-xzf", this.tarball, "-C", this.folder]);
  }

  /** A project with the package where npm would put it, without asking a registry. */
  install(project: string): void {
    const modules = join(project, "node_modules");
    mkdirSync(modules, { recursive: true });
    cpSync(join(this.folder, "package"), join(modules, "pulumi-gitlab-cd"), { recursive: true });
    for (const name of LINKED) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Writes files, given by their paths below the folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}
