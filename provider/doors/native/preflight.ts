import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { isInline, isMocked } from "../kind";

let flownBefore = false;

/**
 * Where nothing says where the provider is, the engine looks for it on the Internet and fails with words about that. Asked once
 * per program, before anything is registered. Of a program that is started by another one nobody tells where its project is.
 */
export function preflight(): void {
  if (flownBefore || isMocked() || isInline()) return;
  const project = projectFile(process.cwd());
  if (project !== undefined && !isNamed(readFileSync(project, "utf8")) && !isInstalled()) {
    throw new pulumi.RunError(
      `Pulumi does not know where the provider gitlab-cd is: it never looks into node_modules. Add these lines to ${project}:\n\n${LINES}\n`,
    );
  }
  flownBefore = true;
}

const LINES = `plugins:
  providers:
    - name: gitlab-cd
      path: node_modules/pulumi-gitlab-cd/plugin`;

/** The CLI looks for it in the same way, from the folder that it is called in. */
function projectFile(folder: string): string | undefined {
  const here = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((name) => join(folder, name));
  const found = here.find((file) => existsSync(file));
  const parent = dirname(folder);
  return found ?? (parent === folder ? undefined : projectFile(parent));
}

/** As an entry of `plugins.providers`, or as a key of `packages`; a key of the configuration goes on after its colon. */
export function isNamed(text: string): boolean {
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return lines.some((line) => NAMED.test(line));
}

const NAMED = /\bname["']?\s*:\s*["']?gitlab-cd(?![\w:-])|(^|[\s{,"'])gitlab-cd["']?\s*:(\s|$)/;

/** On the PATH, or installed with `pulumi plugin install`. */
function isInstalled(): boolean {
  const { PATH = "", PULUMI_HOME = join(homedir(), ".pulumi") } = process.env;
  const executables = ["", ".cmd", ".exe"].map((ending) => `pulumi-resource-gitlab-cd${ending}`);
  const onPath = PATH.split(delimiter).some((folder) =>
    executables.some((name) => folder !== "" && existsSync(join(folder, name))),
  );
  return (
    onPath || entriesOf(join(PULUMI_HOME, "plugins")).some((name) => name.startsWith("resource-gitlab-cd-v"))
  );
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
