import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { Emulator } from "pulumi-gitlab-cd-testing";
import { MemoryRecorder } from "./memory";
import type { BenchOptions } from "./options";
import { seconds, table } from "./table";

const MEGABYTE = 1024 * 1024;
const PROJECTS_IN_A_GROUP = 25;
/** Of each project; every tenth has a rule of its own. */
const ENVIRONMENTS = ["production", "staging", "qa", "review/one", "review/two", "eu/production"];
const RULE_OF_ITS_OWN = 10;

const COMMANDS = [
  ["matrix", "--group", "acme", "--format", "html"],
  ["matrix", "--group", "acme", "--format", "json"],
  ["import", "--group", "acme", "--all-projects"],
] as const;

interface Ran {
  readonly ms: number;
  readonly requests: number;
  readonly peak: number;
}

/** So many projects in groups of 25 below one group, which protects two tiers. */
function build({ world }: Emulator, projects: number): void {
  const maintainers = { role: "maintainer" } as const;
  for (const tier of ["production", "staging"])
    world.protect("acme", tier, [maintainers, { group: "acme/release" }], [{ group: "acme/qa" }]);
  for (let n = 0; n < projects; n++) {
    const group = `acme/team-${Math.floor(n / PROJECTS_IN_A_GROUP)}`;
    if (n % PROJECTS_IN_A_GROUP === 0) {
      world.addGroup({ path: group });
      world.addMember(group, "devon", "developer");
    }
    const path = `${group}/service-${n}`;
    world.addProject({ path });
    for (const name of ENVIRONMENTS) world.addEnvironment(path, name);
    if (n % RULE_OF_ITS_OWN === 0) world.protect(path, "production", [maintainers]);
  }
}

const cli = join(
  dirname(require.resolve("pulumi-gitlab-cd/package.json")),
  "dist",
  "provider",
  "cli",
  "main.js",
);

async function run(gitlab: Emulator, args: readonly string[], folder: string): Promise<Ran> {
  const memory = new MemoryRecorder(folder);
  memory.reset();
  gitlab.clearRequests();
  const started = performance.now();
  const env = { ...process.env, ...memory.env, GITLAB_BASE_URL: gitlab.url, GITLAB_TOKEN: gitlab.token };
  const child = spawn(process.execPath, [cli, ...args, "--output", join(folder, `out-${args[0]}`)], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}`);
  const ms = performance.now() - started;
  rmSync(join(folder, `out-${args[0]}`));
  return { ms, requests: gitlab.requests.length, peak: memory.peak };
}

/** What our command line takes for companies of several sizes: requests that grow with them, and memory that hardly does. */
export async function estate(
  { projects, latencies }: BenchOptions,
  progress: (line: string) => void,
): Promise<string> {
  const head = ["projects", "environments", "command"];
  for (const latency of latencies) head.push(`${latency} ms: requests`, "s", "peak MB");
  const rows: string[][] = [];
  for (const size of projects) {
    const folder = mkdtempSync(join(tmpdir(), "estate-"));
    const gitlab = await Emulator.start();
    try {
      build(gitlab, size);
      for (const args of COMMANDS) {
        progress(`… ${size} projects: ${args.join(" ")}`);
        const row = [
          String(size),
          String(size * ENVIRONMENTS.length),
          args.filter((arg) => !/^(--|acme)/.test(arg)).join(" "),
        ];
        for (const latency of latencies) {
          gitlab.latencyMs = latency;
          const { ms, requests, peak } = await run(gitlab, args, folder);
          row.push(String(requests), seconds(ms), (peak / MEGABYTE).toFixed(0));
        }
        rows.push(row);
      }
    } finally {
      await gitlab.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return `${table(head, rows)}\n`;
}
