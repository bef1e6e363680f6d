import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { median } from "./table";

const RUNS = 7;

export interface Start {
  /** Milliseconds to load what comes before, and then ours. */
  readonly before: number;
  readonly ours: number;
  /** How many modules ours is, and whether axios is one of those loaded. */
  readonly modules: number;
  readonly axios: boolean;
}

const script = (before: string, ours: string): string => `
const started = performance.now();
require(${JSON.stringify(before)});
const between = performance.now();
const known = new Set(Object.keys(require.cache));
require(${JSON.stringify(ours)});
const ended = performance.now();
const files = Object.keys(require.cache).filter((file) => !known.has(file));
const axios = files.some((file) => /[\\\\/]node_modules[\\\\/]axios[\\\\/]/.test(file));
console.log(JSON.stringify({ before: between - started, ours: ended - between, modules: files.length, axios }));
`;

/** What an import costs, in a fresh process each time: the median. */
export function timeStart(before: string, ours: string): Start {
  const runs = Array.from({ length: RUNS }, () => {
    const text = execFileSync(process.execPath, ["-e", script(before, ours)], { cwd: packageFolder });
    return JSON.parse(text.toString()) as Start;
  });
  const [first] = runs;
  return {
    before: median(runs.map((run) => run.before)),
    ours: median(runs.map((run) => run.ours)),
    modules: first?.modules ?? 0,
    axios: runs.some((run) => run.axios),
  };
}

/** Where this package resolves by its own name: two folders up from the sources, three from what is built. */
const packageFolder = join(require.resolve("pulumi-gitlab-cd/package.json"), "..");
