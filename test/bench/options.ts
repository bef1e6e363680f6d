import { parseArgs } from "node:util";

export interface BenchOptions {
  /** How many resources; one life cycle each. */
  readonly sizes: readonly number[];
  /** Milliseconds that GitLab takes at least for each request; one life cycle each. */
  readonly latencies: readonly number[];
  /** How often an unchanged preview is timed; the fastest counts. */
  readonly previews: number;
  /** `auto`: the CLI where it is on PATH. */
  readonly engine: "auto" | "cli" | "offline";
  /** How many resources where providers stand side by side: both doors, and a peer; none: not at all. */
  readonly beside: readonly number[];
  /** How often each of them lives then; the median counts. */
  readonly runs: number;
  /** Operations at the same time; the engine's own number where it is left out. */
  readonly parallel: number | undefined;
  /** Of how many projects `matrix` and `import` read the environments and rules. */
  readonly projects: readonly number[];
  /** Whether the CLI writes its whole state after each step, as it does by default. */
  readonly checkpoints: boolean;
}

export const USAGE = `npm run bench -- [options]
  --sizes 1,100,1000     how many resources
  --latency 0,50         milliseconds each request takes at least
  --previews 2           how often an unchanged preview is timed; the fastest counts
  --beside 1,100         how many resources where both doors, and a peer (PEER_PLUGIN), stand side by side; 0: not at all
  --runs 5               how often each of them lives then, in turns; the median counts
  --projects 100,500     of how many projects matrix and import are made, six environments each; 0: none
  --parallel 32          operations at the same time; left out: as many as the engine takes by itself
  --engine auto          cli, offline, or whichever is there
  --checkpoints          let the CLI write its whole state after each step, as it does by default: that grows with the square`;

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string", default: "1,100,1000" },
      latency: { type: "string", default: "0,50" },
      previews: { type: "string", default: "2" },
      beside: { type: "string", default: "1,100" },
      runs: { type: "string", default: "5" },
      projects: { type: "string", default: "100,500" },
      parallel: { type: "string" },
      engine: { type: "string", default: "auto" },
      checkpoints: { type: "boolean", default: false },
    },
  });
  const { engine, checkpoints } = values;
  if (engine !== "auto" && engine !== "cli" && engine !== "offline") throw new Error(USAGE);
  const [previews = 1] = numbers(values.previews, 1);
  const [runs = 1] = numbers(values.runs, 1);
  return {
    sizes: numbers(values.sizes, 0).filter((size) => size > 0),
    beside: numbers(values.beside, 0).filter((size) => size > 0),
    runs,
    projects: numbers(values.projects, 0).filter((size) => size > 0),
    parallel: values.parallel === undefined ? undefined : numbers(values.parallel, 1)[0],
    latencies: numbers(values.latency, 0),
    previews,
    engine,
    checkpoints,
  };
}

function numbers(text: string, least: number): number[] {
  const found = text.split(",").map(Number);
  if (found.some((number) => !Number.isInteger(number) || number < least)) throw new Error(USAGE);
  return found;
}
