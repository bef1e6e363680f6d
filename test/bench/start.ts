import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { median } from "./table";

const RUNS = 7;

/** One part of a start: what it took, and how many modules it loaded. */
export interface Part {
  readonly name: string;
  readonly ms: number;
  readonly modules: number;
}

/** A part is a piece of program; what a part assigns to `x` is there for those after it. */
type Parts = Readonly<Record<string, string>>;

const PROGRAM: Parts = {
  "program: @pulumi/pulumi": `require("@pulumi/pulumi")`,
  "program: pulumi-gitlab-cd": `require("pulumi-gitlab-cd")`,
};

/** What the engine asks of an environment that nobody changed, and the first thing that is asked of GitLab. */
const PROVIDER: Parts = {
  "provider: @pulumi/pulumi": `require("@pulumi/pulumi")`,
  "provider: our modules of one resource": `x = require("pulumi-gitlab-cd/dynamic").environment`,
  "provider: first check and diff": `await x.configure({ config: { get: (key) => config[key] } });
    const { inputs } = await x.check({}, { project: "acme/shop", name: "production" });
    await x.diff("acme/shop:1", inputs, inputs)`,
  "provider: axios": `require("axios")`,
  "provider: first request, with its connection": `await x.read("acme/shop:1", { project: "acme/shop", name: "production" })`,
};

const script = (parts: Parts): string => `(async () => {
  const { createServer } = require("node:http");
  const row = { id: 1, name: "production", slug: "production", tier: "production", state: "available", external_url: null,
    created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", auto_stop_at: null, description: null };
  const server = createServer((_, answer) => answer.end(JSON.stringify(row)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const config = { "gitlab:token": "glpat-bench", "gitlab:baseUrl": "http://127.0.0.1:" + server.address().port };
  for (const name of Object.keys(process.env)) if (/^(GITLAB|CI)_/.test(name)) delete process.env[name];
  let x;
  const seen = [];
  const loaded = () => Object.keys(require.cache).length;
  ${Object.entries(parts)
    .map(
      ([name, code]) => `{
    const [started, before] = [performance.now(), loaded()];
    ${code};
    seen.push({ name: ${JSON.stringify(name)}, ms: performance.now() - started, modules: loaded() - before });
  }`,
    )
    .join("\n  ")}
  console.log(JSON.stringify(seen));
  process.exit();
})();`;

/** Each part of a start, in a fresh process each time: the median. */
function timeParts(parts: Parts): Part[] {
  const runs = Array.from({ length: RUNS }, () => {
    const text = execFileSync(process.execPath, ["-e", script(parts)], { cwd: packageFolder });
    return JSON.parse(text.toString()) as Part[];
  });
  return (runs[0] ?? []).map(({ name, modules }, i) => ({
    name,
    modules,
    ms: median(runs.map((run) => run[i]?.ms ?? NaN)),
  }));
}

/** The start of a program and of a provider process, by part. */
export const timeStart = (): Part[] => [...timeParts(PROGRAM), ...timeParts(PROVIDER)];

/** Where this package resolves by its own name: two folders up from the sources, three from what is built. */
const packageFolder = join(require.resolve("pulumi-gitlab-cd/package.json"), "..");
