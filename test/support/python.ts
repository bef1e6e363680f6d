import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { findPulumi } from "../../testing/engine";
import { ROOT } from "./root";

/** A virtual environment with Pulumi's SDK, where `npm run pulumi` could make one. */
const environment = join(ROOT, ".cache", "python");

const host = join(dirname(findPulumi() ?? ""), "pulumi-language-python");

export const python = [join(environment, "bin", "python"), host].every(existsSync) ? environment : undefined;

/** The SDK that any user generates from this package, in a folder that Python finds it in. */
export function generateSdk(folder: string): string {
  const plugin = join(ROOT, "plugin", "pulumi-resource-gitlab-cd");
  const quiet = { stdio: "pipe" } as const;
  const env = { ...process.env, PULUMI_HOME: join(folder, "home") };
  execFileSync(
    findPulumi() ?? "pulumi",
    ["package", "gen-sdk", plugin, "--language", "python", "--out", folder],
    { ...quiet, env },
  );
  const target = join(folder, "installed");
  // The index is asked for nothing: what the SDK needs is in the environment.
  const options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", target];
  execFileSync(
    join(python ?? "", "bin", "python"),
    ["-m", "pip", "install", ...options, join(folder, "python")],
    quiet,
  );
  return target;
}
