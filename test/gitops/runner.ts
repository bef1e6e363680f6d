import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { EXAMPLE, type Job, pulumiOnPath } from "./pipeline";

const REPOSITORY = join(__dirname, "..", "..");

export interface JobResult {
  code: number;
  output: string;
  /** The files below its working copy that it left, by path. */
  read(path: string): string | undefined;
}

/**
 * Runs the script of a job as a runner does: in a fresh working copy, by bash that stops at the first failure, with nothing
 * in its environment but what a runner and the project's variables put there.
 */
export class Runner {
  readonly #folder = mkdtempSync(join(tmpdir(), "runner-"));
  readonly #bin = join(this.#folder, "bin");
  #jobs = 0;

  constructor() {
    mkdirSync(this.#bin);
    // The package of this checkout in place of the published one; no registry is asked.
    const cli = join(REPOSITORY, "dist", "provider", "cli", "main.js");
    this.#command(
      "npm",
      `test "$1" = ci || exit 9
env > "$HOME/npm-$$.env"
mkdir node_modules && cd node_modules && ln -s "${REPOSITORY}" pulumi-gitlab-cd &&
for each in @pulumi @types typescript ts-node; do ln -s "${REPOSITORY}/node_modules/$each" "$each"; done
mkdir .bin && printf '#!/bin/sh\\nexec "${process.execPath}" "${cli}" "$@"\\n' > .bin/pulumi-gitlab-cd && chmod +x .bin/pulumi-gitlab-cd`,
    );
    const offline = join(REPOSITORY, "test", "tools", "pulumi-offline.mjs");
    if (pulumiOnPath() === undefined) this.#command("pulumi", `exec "${process.execPath}" "${offline}" "$@"`);
  }

  /** Where the state lives that outlasts a job. */
  get backend(): string {
    const folder = join(this.#folder, "backend");
    mkdirSync(folder, { recursive: true });
    return `file://${folder}`;
  }

  /** `checkout` changes the working copy as a branch would; `files` are artifacts of earlier jobs. */
  async run(
    job: Job,
    variables: Record<string, string>,
    files: Record<string, string> = {},
    checkout: (folder: string) => void = () => undefined,
  ): Promise<JobResult> {
    const folder = join(this.#folder, `job-${++this.#jobs}`);
    mkdirSync(folder);
    if (job.variables?.["GIT_STRATEGY"] !== "none") {
      cpSync(EXAMPLE, folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), '{ "name": "delivery", "private": true }');
      mkdirSync(join(folder, "ci"));
      for (const file of ["package.json", "package-lock.json"]) writeFileSync(join(folder, "ci", file), "{}");
    }
    checkout(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const env = expand({ ...this.#machine(), CI_PROJECT_DIR: folder, ...variables, ...job.variables });
    const { code, output } = await bash(["set -eo pipefail", ...job.script].join("\n"), folder, env);
    return {
      code,
      output,
      read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined),
    };
  }

  /** The environments that packages were installed in. */
  get installedWith(): string[] {
    return readdirSync(this.#folder)
      .filter((file) => file.startsWith("npm-"))
      .map((file) => readFileSync(join(this.#folder, file), "utf8"));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #machine(): Record<string, string> {
    const real = pulumiOnPath();
    const path = [
      this.#bin,
      dirname(process.execPath),
      ...(real === undefined ? [] : [real]),
      "/usr/bin",
      "/bin",
    ];
    return { PATH: path.join(":"), HOME: this.#folder, CI: "true", PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
  }

  #command(name: string, script: string): void {
    const file = join(this.#bin, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
}

/** GitLab expands variables in the values of others. */
function expand(variables: Record<string, string>): Record<string, string> {
  const value = (text: string) => text.replace(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? "");
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, value(text)]));
}

function bash(
  script: string,
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const shell = spawn("bash", ["-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    shell.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    shell.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    shell.on("error", reject);
    shell.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
