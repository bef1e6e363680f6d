import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

export const EXAMPLE = join(__dirname, "..", "..", "examples", "gitops");

export interface Job {
  stage: string;
  script: string[];
  variables?: Record<string, string>;
  environment?: { name: string; action?: string; deployment_tier?: string };
  artifacts?: { paths: string[]; when?: string };
  needs?: unknown[];
  rules: { if: string }[];
  resource_group?: string;
}

export type Pipeline = Record<string, unknown> & { variables: Record<string, string> };

/** gitlab-ci-local is built for a newer Node than ours; this is all it lacks. */
const MISSING = "Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };";
const TOOL = join(__dirname, "..", "..", "node_modules", "gitlab-ci-local", "dist", "index.js");

/**
 * Runs gitlab-ci-local, which carries GitLab's own JSON schema of `.gitlab-ci.yml`, checks the file against it, and
 * evaluates `extends`, `parallel` and `rules` as GitLab does. Throws what it finds wrong.
 */
function gitlabCi(content: string | undefined, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "ci-"));
  const git = (...command: string[]) => execFileSync("git", command, { cwd: folder, stdio: "ignore" });
  try {
    git("init", "--initial-branch", "main");
    git("remote", "add", "origin", "git@gitlab.example.com:acme/delivery.git");
    git(
      "-c",
      "user.name=t",
      "-c",
      "user.email=t@example.com",
      "commit",
      "--allow-empty",
      "--message",
      "first",
    );
    copyFileSync(join(EXAMPLE, ".gitlab-ci.yml"), join(folder, ".gitlab-ci.yml"));
    if (content !== undefined) execFileSync("tee", [".gitlab-ci.yml"], { cwd: folder, input: content });
    const polyfill = `data:text/javascript,${encodeURIComponent(MISSING)}`;
    return execFileSync(process.execPath, ["--import", polyfill, TOOL, ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The whole file with everything that it extends in place. */
export function expanded(content?: string): Pipeline {
  return parse(gitlabCi(content, "--preview").replace(/^[^]*?^---$/m, "")) as Pipeline;
}

/** The names of the jobs that a pipeline has, for these predefined variables. */
export function jobsFor(variables: Record<string, string>): string[] {
  const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const predefined = ["--ignore-predefined-vars", Object.keys(variables).join(",")];
  const output = gitlabCi(undefined, "--list-json", ...predefined, ...given);
  const jobs = JSON.parse(output.slice(output.indexOf("[\n"))) as { name: string; when: string }[];
  return jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
}

/** Where the real command is, if it is installed. */
export function pulumiOnPath(): string | undefined {
  return process.env["PATH"]?.split(":").find((folder) => existsSync(join(folder, "pulumi")));
}

export const yaml = (): string => readFileSync(join(EXAMPLE, ".gitlab-ci.yml"), "utf8");
