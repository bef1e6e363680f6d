import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { live, OPERATIONS } from "../bench/life";
import { ROOT } from "../support/root";
import { onCli } from "./cli";

/** As docs/benchmarks.md shows it, with our own plugin in the place of another one. */
const PROGRAM = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { BENCH_COUNT, BENCH_PROJECTS, BENCH_WORD } = process.env;
const projects = JSON.parse(BENCH_PROJECTS);
for (let n = 0; n < Number(BENCH_COUNT); n++) {
  const externalUrl = "https://" + (n === 0 ? BENCH_WORD : "app") + n + ".example.com";
  const args = { project: projects[n % projects.length], name: "env-" + n, tier: "staging", externalUrl };
  new pulumi.CustomResource("gitlab-cd:index:Environment", "e" + n, args);
}
`;
const PROJECT = `name: peer
main: index.js
runtime:
  name: nodejs
  options:
    typescript: false
`;

let folder: string;

beforeEach(() => {
  const programs = join(ROOT, "test", ".programs");
  mkdirSync(programs, { recursive: true });
  folder = mkdtempSync(join(programs, "peer-"));
  process.env["PEER_PLUGIN"] = folder;
});

afterEach(() => {
  delete process.env["PEER_PLUGIN"];
  rmSync(folder, { recursive: true, force: true });
});

const options = { count: 2, latency: 0, previews: 1, cli: true, checkpoints: true, watched: false };

onCli(
  "the benchmark lives with a plugin that somebody brings as with ours, request for request",
  async () => {
    symlinkSync(join(ROOT, "plugin"), join(folder, "plugin"));
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
    writeFileSync(join(folder, "index.js"), PROGRAM);
    const requests = async (kind: "peer" | "native") => {
      const { operations } = await live({ kind, ...options });
      return Object.fromEntries(OPERATIONS.map((operation) => [operation, operations[operation].requests]));
    };
    const native = { up: 2, "unchanged preview": 0, refresh: 1, "update one": 1, destroy: 5 };
    expect({ peer: await requests("peer"), native: await requests("native") }).toEqual({
      peer: native,
      native,
    });
  },
);

it("the benchmark says what the folder of a peer must hold", async () => {
  await expect(live({ kind: "peer", ...options })).rejects.toThrow(
    `PEER_PLUGIN must name a folder with a Pulumi.yaml and plugin/pulumi-resource-NAME: ${folder}`,
  );
});

onCli("a provider that does nothing lives as long in a benchmark, and asks nothing", async () => {
  const { operations } = await live({ kind: "idle", ...options });
  expect(OPERATIONS.map((operation) => operations[operation].requests)).toEqual([0, 0, 0, 0, 0]);
});
