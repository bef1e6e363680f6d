import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { type Door, DOORS } from "../../provider/doors/kind";
import type { ExportedStack } from "../../testing/engine";
import { line } from "../support/stack";
import { arrange, FIXTURES, program, stateNames } from "../tools/states";
import { CliBench, onCli } from "./cli";

/** Below a component and below a resource, protected, with secrets in arguments and in the middle of a list. */
const delivery = `
  const secret = new pulumi.Config().requireSecret("word");
  const parent = new pulumi.ComponentResource("acme:index:Delivery", "delivery");
  const rules = new gitlab.GroupProtectedEnvironment("rules", { group: "acme", name: "production",
    deployAccessLevels: [{ accessLevel: 40 }, { username: "dana" }], approvalRules: [{ groupPath: "acme/qa" }] },
    { parent, protect: true });
  const shop = new gitlab.Environment("shop", { project: "acme/shop", name: "production", description: secret },
    { parent, protect: true, dependsOn: [rules] });
  new gitlab.ProjectProtectedEnvironment("levels", { project: "acme/shop", name: shop.name,
    deployAccessLevels: [{ accessLevel: 40 }] }, { parent: shop });
  new gitlab.Pipeline("pipeline", { project: "acme/shop", ref: "main", variables: [{ key: "WORD", value: secret }] }, { parent });
  exports.id = shop.environmentId;`;

const WORD = "between-the-two-of-us";

/** Only the import changes: preview and up say so, and ask GitLab nothing. */
async function move({ program: files, stack }: CliBench, body: string, to: Door): Promise<void> {
  files.write(body, to);
  for (const result of [await stack.preview(), await stack.up()]) {
    expect(result.orThrow().changes).toEqual({ same: result.steps.length });
    expect(result.requests.map(line)).toEqual([]);
  }
  const { deployment } = await stack.exportState();
  const types = (deployment.resources ?? []).map(({ type }) => type).filter((type) => /gitlab/.test(type));
  expect(types.filter((type) => !/^pulumi:providers:/.test(type) && !type.startsWith(DOORS[to]))).toEqual([]);
}

onCli(
  "from each door to the other and back: unchanged, with parents, protect, secrets and outputs",
  async () => {
    const doors = ["dynamic", "native", "dynamic", "native"] as const;
    const bench = await CliBench.open({ door: "native", config: { word: { value: WORD, secret: true } } });
    bench.program.write(delivery, doors[0]);
    (await bench.stack.up()).orThrow();
    for (const to of doors.slice(1)) {
      await move(bench, delivery, to);
      const state = await bench.stack.exportState();
      expect(JSON.stringify(state)).not.toContain(WORD);
      const kept = (state.deployment.resources ?? []).filter(({ protect }) => protect);
      expect(kept.map(({ urn, parent }) => [urn, parent].map((text) => text?.split("::").at(-1)))).toEqual([
        ["rules", "delivery"],
        ["shop", "delivery"],
        ["levels", "shop"],
      ]);
      expect((await bench.stack.refresh()).orThrow().changes).toEqual({ same: 6 });
    }
    const refused = await bench.stack.destroy();
    expect([refused.ok, refused.text.includes("protect")]).toEqual([false, true]);
    await bench.pulumi("state", "unprotect", "--all", "--yes");
    (await bench.stack.destroy()).orThrow();
    expect(bench.gitlab.world.environments("acme/shop")).toEqual([]);
  },
);

const versions = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name: version } of versions) {
  for (const name of stateNames) {
    onCli(`a state of ${version} with ${name} moves over and back, and lives on there`, async () => {
      const state = JSON.parse(
        readFileSync(join(FIXTURES, version, `${name}.json`), "utf8"),
      ) as ExportedStack;
      const bench = await CliBench.open({
        door: "native",
        state,
        project: "states",
        passphrase: "fixture",
      });
      await arrange(bench.gitlab, name);
      const made = program(bench.gitlab, name, "made");
      for (const to of ["native", "dynamic", "native"] as const) await move(bench, made, to);
      expect((await bench.stack.refresh()).orThrow().changes.delete ?? 0).toBe(0);
      bench.program.write(program(bench.gitlab, name, "changed"));
      expect((await bench.stack.up()).orThrow().changes.update).toBeGreaterThan(0);
      (await bench.stack.destroy()).orThrow();
      expect((await bench.stack.exportState()).deployment.resources ?? []).toEqual([]);
    });
  }
}
