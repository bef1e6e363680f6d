import { execFileSync } from "node:child_process";
import { cpus } from "node:os";

import { findPulumi } from "pulumi-gitlab-cd-testing";
import { estate } from "./estate";
import { live, OPERATIONS, type Life, type Operation } from "./life";
import { sideBySide } from "./beside";
import { readOptions, type BenchOptions } from "./options";
import { timePlanner } from "./planner";
import { timeStart } from "./start";
import { milliseconds, seconds, table, times } from "./table";
import type { Kind } from "./workload";

const MEGABYTE = 1024 * 1024;

/** The lives of one size: the floor and the empty program have nothing to wait for, so they live once. */
interface Size {
  readonly count: number;
  readonly empty: Life;
  readonly floor: Life;
  /** By latency. */
  readonly ours: ReadonlyMap<number, Life>;
}

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

async function measure(count: number, options: BenchOptions, cli: boolean): Promise<Size> {
  const run = (kind: Kind, latency: number): Promise<Life> => {
    progress(`… ${count} × ${kind}${latency > 0 ? `, ${latency} ms` : ""}`);
    const { previews, checkpoints, parallel } = options;
    return live({ kind, count, latency, previews, cli, checkpoints, watched: true, parallel });
  };
  const empty = await run("empty", 0);
  const floor = await run("floor", 0);
  const ours = new Map<number, Life>();
  for (const latency of options.latencies) ours.set(latency, await run("ours", latency));
  return { count, empty, floor, ours };
}

function report({ count, empty, floor, ours }: Size): string {
  const head = [`${count} environments`, "floor s"];
  for (const latency of ours.keys()) {
    head.push(`${latency} ms: requests`, "s", "× floor", "peak MB");
  }
  const rows = OPERATIONS.map((operation) => {
    const row = [operation, seconds(floor.operations[operation].ms)];
    for (const life of ours.values()) {
      const { ms, requests, peak } = life.operations[operation];
      const ratio = times(ms / floor.operations[operation].ms);
      row.push(String(requests), seconds(ms), ratio, (peak / MEGABYTE).toFixed(0));
    }
    return row;
  });
  const [first] = ours.values();
  if (first === undefined) return table(head, rows);
  const { whole, ours: alone } = first.stateBytes;
  const peak = (operation: Operation): string => (floor.operations[operation].peak / MEGABYTE).toFixed(0);
  const inFlight = Math.max(...[...ours.values()].map((life) => life.mostInFlight));
  return `${table(head, rows)}

State, bytes a resource: ${whole.toFixed(0)} (floor ${floor.stateBytes.whole.toFixed(0)}); inputs and outputs alone ${alone.toFixed(0)}.
${previews(count, empty, floor, first)}Peak of the floor's provider: ${peak("up")} MB in up, ${peak("refresh")} MB in refresh. Most requests at the same time: ${inFlight}.
`;
}

/** Too few resources are lost in the noise of starting processes. */
const LEAST_TO_COMPARE = 100;

function previews(count: number, empty: Life, floor: Life, ours: Life): string {
  if (count < LEAST_TO_COMPARE) return "";
  const each = (life: Life): number =>
    (life.operations["unchanged preview"].ms - empty.operations["unchanged preview"].ms) / count;
  const ratio = times(each(ours) / each(floor));
  return `Unchanged preview over an empty program, a resource: ${milliseconds(each(ours))} ms, floor ${milliseconds(each(floor))} ms: × ${ratio}.\n`;
}

/** `up` for each resource, in milliseconds, for each size: linear where it does not grow. */
function growth(sizes: readonly Size[]): string {
  const compared = sizes.filter(({ count }) => count >= LEAST_TO_COMPARE);
  const rows = compared.map(({ count, empty, floor, ours }) => {
    const each = (life: Life): string =>
      milliseconds((life.operations.up.ms - empty.operations.up.ms) / count);
    return [String(count), each(floor), ...[...ours.values()].map(each)];
  });
  const latencies = [...(sizes[0]?.ours.keys() ?? [])].map((latency) => `ours, ${latency} ms`);
  return table(["up: ms a resource over an empty program", "floor", ...latencies], rows);
}

function startUp(): string {
  const rows = timeStart().map(({ name, ms, modules }) => [name, milliseconds(ms), String(modules)]);
  return table(["start", "ms", "modules"], rows);
}

function planner(): string {
  const rows = [125, 250, 500, 1000, 2000, 4000].map((count) => {
    const ms = timePlanner(count);
    return [`${count} × ${count}`, milliseconds(ms), ((1000 * ms) / count).toFixed(2)];
  });
  return table(["planner: live × wanted entries", "ms", "µs an entry"], rows);
}

const engineAt = (pulumi: string): string =>
  `the Pulumi CLI on this machine, ${execFileSync(pulumi, ["version"], { encoding: "utf8" }).trim()}`;

/**
 * Node.js 20 reads the file at each start: a bundle of all public authorities takes 36 ms of every process, and nothing here speaks TLS.
 * A machine that has it set would measure that.
 */
function leaveOutAuthorities(): void {
  if (process.env["NODE_EXTRA_CA_CERTS"] === undefined) return;
  delete process.env["NODE_EXTRA_CA_CERTS"];
  console.log("Without NODE_EXTRA_CA_CERTS, which every process of Node.js would read at its start.");
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const pulumi = options.engine === "offline" ? undefined : findPulumi();
  const cli = options.engine === "cli" || pulumi !== undefined;
  const started = performance.now();
  console.log(`Engine: ${pulumi === undefined ? "the offline engine of this package" : engineAt(pulumi)}.`);
  leaveOutAuthorities();
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "processor"}.\n`);
  console.log(`${startUp()}\n`);
  console.log(`${planner()}\n`);
  const sizes: Size[] = [];
  for (const count of options.sizes) {
    const size = await measure(count, options, cli);
    sizes.push(size);
    console.log(report(size));
  }
  if (sizes.length > 0) console.log(growth(sizes));
  if (options.projects.length > 0) console.log(await estate(options, progress));
  for (const count of options.beside) {
    if (cli) console.log(await sideBySide(count, options, progress));
    else progress("Both doors stand side by side on the CLI only.");
  }
  progress(`Took ${seconds(performance.now() - started)} s.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
