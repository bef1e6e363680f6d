import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The CLI that `npm run pulumi` makes in this repository from the engine's Go module. */
export interface BuiltCli {
  readonly version: string;
  /** Another folder for another version, or another set of modules: nothing stale is ever found. */
  readonly folder: string;
  readonly pulumi: string;
}

/** Undefined outside of the repository. */
export function builtCli(): BuiltCli | undefined {
  const root = checkout(__dirname);
  if (root === undefined) return undefined;
  const read = (file: string): string => readFileSync(join(root, "test", "tools", file), "utf8");
  const version = /\sgithub\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(read(MODULE))?.[1];
  if (version === undefined) return undefined;
  const hash = createHash("sha256");
  for (const file of [MODULE, "cli/go.sum", "yaml/go.mod", "yaml/go.sum"]) hash.update(read(file));
  const folder = join(root, ".cache", "pulumi", `${version}-${hash.digest("hex").slice(0, 12)}`);
  return { version, folder, pulumi: join(folder, "pulumi") };
}

const MODULE = "cli/go.mod";

function checkout(folder: string): string | undefined {
  if (existsSync(join(folder, "test", "tools", MODULE))) return folder;
  return dirname(folder) === folder ? undefined : checkout(dirname(folder));
}
