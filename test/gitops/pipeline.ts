import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";

import { findPulumi } from "../../testing/engine/drivers/cliStack";

const ROOT = join(__dirname, "..", "..");
export const EXAMPLE = join(ROOT, "examples", "gitops");
const TEMPLATE = "templates/access-rules.yml";

export interface Job {
  stage: string;
  script: string[];
  variables?: Record<string, string>;
  environment?: { name: string; action?: string; deployment_tier?: string };
  artifacts?: { paths: string[]; when?: string };
  needs?: unknown[];
  rules: { if: string }[];
  resource_group?: string;
  interruptible?: boolean;
  cache?: unknown;
  id_tokens?: Record<string, { aud: string }>;
}

export type Pipeline = Record<string, unknown>;

/** gitlab-ci-local is built for a newer Node than ours; this is all it lacks. */
const MISSING = "Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };";
const TOOL = join(__dirname, "..", "..", "node_modules", "gitlab-ci-local", "dist", "index.js");

/** How a project comes to the pipeline: by the component in a catalog, or by a copy of its file. */
export const FORMS = ["component", "copy"] as const;
export type Form = (typeof FORMS)[number];

/** The example's five lines, or the same with the copied file in place of the component. */
export function including(form: Form): string {
  const file = readFileSync(join(EXAMPLE, ".gitlab-ci.yml"), "utf8");
  return form === "component" ? file : file.replace(/component: \S+/, `local: ${TEMPLATE}`);
}

export const template = (): string => readFileSync(join(ROOT, TEMPLATE), "utf8");

/**
 * Runs gitlab-ci-local, which carries GitLab's own JSON schema of `.gitlab-ci.yml`, checks the file against it, and
 * evaluates `include`, inputs, `extends`, `parallel` and `rules` as GitLab does. Throws what it finds wrong.
 */
function gitlabCi(content: string, component: string, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "ci-"));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const git = (...command: string[]) => execFileSync("git", command, { cwd: folder, stdio: "ignore" });
  const author = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  try {
    git("init", "--initial-branch", "main");
    git("remote", "add", "origin", "git@gitlab.example.com:acme/delivery.git");
    write(".gitlab-ci.yml", content);
    write(TEMPLATE, component);
    git("add", ".");
    git(...author, "commit", "--message", "first");
    // Where it keeps what it has fetched of other projects.
    write(`.gitlab-ci-local/includes/gitlab.example.com/acme/pulumi-gitlab-cd/main/${TEMPLATE}`, component);
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

/** The whole pipeline with everything that it extends in place. */
export function expanded(form: Form = "component", component = template()): Pipeline {
  const text = gitlabCi(including(form), component, "--preview");
  return parse(text.replace(/^[^]*?^---$/m, "")) as Pipeline;
}

/** The names of the jobs that a pipeline has, for these predefined variables. */
export function jobsFor(variables: Record<string, string>): string[] {
  const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const predefined = ["--ignore-predefined-vars", Object.keys(variables).join(",")];
  const output = gitlabCi(including("component"), template(), "--list-json", ...predefined, ...given);
  const jobs = JSON.parse(output.slice(output.indexOf("[\n"))) as { name: string; when: string }[];
  return jobs.filter(({ when }) => when !== "never").map(({ name }) => name);
}

/** Where the real command is, on the PATH or built. */
export function pulumiOnPath(): string | undefined {
  const command = findPulumi();
  return command === undefined ? undefined : dirname(command);
}
