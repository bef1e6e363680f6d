import { Emulator } from "pulumi-gitlab-cd-testing";
import { OfflineStack, type Result, type StackDriver } from "pulumi-gitlab-cd-testing";
import { CliStack } from "pulumi-gitlab-cd-testing";
import { MemoryRecorder } from "./memory";
import { addProjects, Workload, type Kind } from "./workload";

export const OPERATIONS = ["up", "unchanged preview", "refresh", "update one", "destroy"] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Measured {
  readonly ms: number;
  readonly requests: number;
  /** Bytes, of the provider process. */
  readonly peak: number;
}

/** One stack from nothing to nothing. */
export interface Life {
  readonly operations: Readonly<Record<Operation, Measured>>;
  /** Bytes of state for each resource, as the engine exports it (compact JSON): all, and inputs and outputs alone. */
  readonly stateBytes: { readonly whole: number; readonly ours: number };
  readonly mostInFlight: number;
}

export interface LifeOptions {
  readonly kind: Kind;
  readonly count: number;
  readonly latency: number;
  readonly previews: number;
  readonly cli: boolean;
  readonly checkpoints: boolean;
  /** Watches the memory of the provider, for which every process of the stack loads a script; peaks are 0 without. */
  readonly watched: boolean;
  /** As many operations at the same time; undefined: as many as the engine takes by itself. */
  readonly parallel?: number | undefined;
}

/** The CLI's file backend writes the whole state after each step; this leaves it at the end of each operation. */
const WITHOUT_CHECKPOINTS = { PULUMI_SKIP_CHECKPOINTS: "true" };

export async function live(options: LifeOptions): Promise<Life> {
  const { kind, count, latency, cli, checkpoints, parallel } = options;
  const workload = new Workload(kind, count);
  const emulator = await Emulator.start();
  addProjects(emulator, count);
  emulator.latencyMs = latency;
  const memory = new MemoryRecorder(workload.scratch);
  const env = workload.env;
  Object.assign(
    env,
    { BENCH_API: `${emulator.url}/api/v4` },
    options.watched ? memory.env : {},
    checkpoints ? {} : WITHOUT_CHECKPOINTS,
  );
  const stack = await (cli ? CliStack : OfflineStack).create({
    program: workload.folder,
    emulator,
    env,
    settings: workload.settings,
    ...(parallel === undefined ? {} : { parallel }),
  });
  try {
    return await operate(stack, { options, workload, memory, emulator });
  } finally {
    await stack.dispose();
    workload.remove();
    await emulator.stop();
  }
}

interface Setting {
  readonly options: LifeOptions;
  readonly workload: Workload;
  readonly memory: MemoryRecorder;
  readonly emulator: Emulator;
}

async function operate(stack: StackDriver, setting: Setting): Promise<Life> {
  const { options, workload, memory, emulator } = setting;
  const measure = async (act: () => Promise<Result>): Promise<Measured> => {
    memory.reset();
    const started = performance.now();
    const result = (await act()).orThrow();
    return { ms: performance.now() - started, requests: result.requests.length, peak: memory.peak };
  };
  const up = await measure(() => stack.up());
  const stateBytes = await bytesOf(stack);
  const previews: Measured[] = [];
  for (let n = 0; n < options.previews; n++) previews.push(await measure(() => stack.preview()));
  const refresh = await measure(() => stack.refresh());
  workload.write("other");
  const updated = await measure(() => stack.up());
  const destroy = await measure(() => stack.destroy());
  const [preview = up] = previews.sort((a, b) => a.ms - b.ms);
  return {
    operations: { up, "unchanged preview": preview, refresh, "update one": updated, destroy },
    stateBytes,
    mostInFlight: emulator.maxInFlight,
  };
}

async function bytesOf(stack: StackDriver): Promise<Life["stateBytes"]> {
  const { resources = [] } = (await stack.exportState()).deployment;
  const dynamic = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const average = (of: (resource: (typeof dynamic)[number]) => unknown): number =>
    dynamic.reduce((sum, resource) => sum + Buffer.byteLength(JSON.stringify(of(resource))), 0) /
    Math.max(1, dynamic.length);
  return {
    whole: average((resource) => resource),
    ours: average(({ inputs, outputs }) => ({ inputs, outputs })),
  };
}
