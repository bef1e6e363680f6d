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
  /** Whether the CLI writes its whole state after each step, as it does by default. */
  readonly checkpoints: boolean;
}

export const USAGE = `npm run bench -- [options]
  --sizes 1,100,1000     how many resources
  --latency 0,50         milliseconds each request takes at least
  --previews 2           how often an unchanged preview is timed; the fastest counts
  --engine auto          cli, offline, or whichever is there
  --checkpoints          let the CLI write its whole state after each step, as it does by default: that grows with the square`;

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string", default: "1,100,1000" },
      latency: { type: "string", default: "0,50" },
      previews: { type: "string", default: "2" },
      engine: { type: "string", default: "auto" },
      checkpoints: { type: "boolean", default: false },
    },
  });
  const { engine, checkpoints } = values;
  if (engine !== "auto" && engine !== "cli" && engine !== "offline") throw new Error(USAGE);
  const [previews = 1] = numbers(values.previews, 1);
  return {
    sizes: numbers(values.sizes, 1),
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
