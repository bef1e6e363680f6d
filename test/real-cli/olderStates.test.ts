import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import type { ExportedStack } from "../../testing/engine";
import { arrange, FIXTURES, program, stateNames } from "../tools/states";
import { CliBench, onCli } from "./cli";

const versions = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name: version } of versions) {
  for (const name of stateNames) {
    onCli(
      `a state of ${version} with ${name} is unchanged, refreshes, updates and is destroyed`,
      async () => {
        const file = join(FIXTURES, version, `${name}.json`);
        const state = JSON.parse(readFileSync(file, "utf8")) as ExportedStack;
        const bench = await CliBench.open({ state, project: "states", passphrase: "fixture" });
        await arrange(bench.gitlab, name);
        bench.program.write(program(bench.gitlab, name, "made"));
        const unchanged = (await bench.stack.preview()).orThrow();
        expect(unchanged.changes).toEqual({ same: unchanged.steps.length });
        expect((await bench.stack.refresh()).orThrow().changes).toEqual(unchanged.changes);
        bench.program.write(program(bench.gitlab, name, "changed"));
        expect((await bench.stack.up()).orThrow().changes.update).toBeGreaterThan(0);
        (await bench.stack.destroy()).orThrow();
        expect((await bench.stack.exportState()).deployment.resources ?? []).toEqual([]);
      },
    );
  }
}
