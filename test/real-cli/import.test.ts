import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";
import { parse } from "yaml";

import type { Emulator } from "../../testing/emulator";
import { YamlBench, type YamlProgram } from "../plugin/yamlBench";
import { line } from "../support/stack";
import { CliBench, onCli } from "./cli";

/** What somebody made by hand, with something of everything that can be imported. */
function estate({ world }: Emulator): Readonly<Record<string, readonly [kind: string, id: string]>> {
  world.addEnvironment("acme/shop", "production", {
    tier: "production",
    external_url: "https://shop.example.com",
  });
  world.addEnvironment("acme/shop", "review/1", { description: "by hand" });
  world.protect("acme", "production", [{ role: "maintainer" }], [{ group: "acme/qa", requiredApprovals: 2 }]);
  world.protect(
    "acme/shop",
    "production",
    [{ user: "dana" }, { group: "acme/release" }],
    [{ user: "olivia" }],
  );
  const deployment = world.addCiDeployment("acme/shop", { environment: "production" });
  const pipeline = world.addPipeline("acme/shop", { status: "success" });
  return {
    production: ["Environment", "acme/shop:1"],
    review: ["Environment", "acme/shop:2"],
    group: ["GroupProtectedEnvironment", "acme:production"],
    project: ["ProjectProtectedEnvironment", "acme/shop:production"],
    deployed: ["Deployment", `acme/shop:${deployment.id}`],
    pipeline: ["Pipeline", `acme/shop:${pipeline.id}`],
  };
}

const type = (kind: string): string => `gitlab-cd:index:${kind}`;

/** What `up` and `preview` say of a program that is what GitLab holds. */
async function unchanged({ stack }: YamlBench): Promise<void> {
  for (const result of [await stack.preview(), await stack.up()]) {
    expect(result.orThrow().changes).toEqual({ same: result.steps.length });
    expect(result.requests.map(line)).toEqual([]);
  }
}

onCli("an estate imported in bulk, or one by one, is a program that is unchanged then", async () => {
  for (const bulk of [true, false]) {
    const bench = await YamlBench.open();
    const { gitlab, stack } = bench;
    const all = estate(gitlab);
    const generated = join(stack.root, "generated.yaml");
    const texts: string[] = [];
    const imported = async (...args: string[]): Promise<void> => {
      const { exitCode, stdout, stderr } = await stack.pulumi(
        ...["import", ...args, "--yes", "--protect=false", "--out", generated, "--stack", stack.name],
      );
      expect(exitCode, stdout + stderr).toBe(0);
      texts.push(readFileSync(generated, "utf8"));
    };
    if (bulk) {
      const file = join(stack.root, "bulk.json");
      const resources = Object.entries(all).map(([name, [kind, id]]) => ({ type: type(kind), name, id }));
      writeFileSync(file, JSON.stringify({ resources }));
      await imported("--file", file);
    } else {
      for (const [name, [kind, id]] of Object.entries(all).slice(0, 4)) await imported(type(kind), name, id);
    }
    expect(gitlab.requests.filter(({ method }) => method !== "GET").map(line)).toEqual([]);
    const parts = texts.map((text) => parse(text) as YamlProgram);
    bench.write({
      resources: Object.assign({}, ...parts.map(({ resources }) => resources)) as Record<string, unknown>,
    });
    await unchanged(bench);
    // And it is theirs: whoever takes it out of the program takes it out of GitLab.
    bench.write({ resources: {} });
    await stack.up({ targets: [stack.urn(type("GroupProtectedEnvironment"), "group")] });
    expect(gitlab.world.protections("acme")).toEqual([]);
  }
});

onCli(
  "the option `import` takes over what is there, with one write where the program wants it otherwise",
  async () => {
    const bench = await CliBench.open({ door: "native" });
    const { gitlab, program, stack } = bench;
    estate(gitlab);
    const declare = (id: string): void =>
      program.write(`
      new gitlab.Environment("production", { project: "acme/shop", name: "production", tier: "production",
        externalUrl: "https://new.example.com", autoStopSetting: "always" }, { import: ${JSON.stringify(id)} });
      new gitlab.GroupProtectedEnvironment("group", { group: "acme", name: "production",
        deployAccessLevels: [{ accessLevel: 40 }], approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }] },
        { import: "acme:production" });`);
    const writes = (): string[] => gitlab.requests.filter(({ method }) => method !== "GET").map(line);
    declare("acme/shop:77");
    const refused = await stack.up();
    expect([refused.ok, refused.errors.join().includes("acme/shop:77")]).toEqual([false, true]);
    declare("acme/shop:1");
    // It reads what it is to import, and no more.
    (await stack.preview()).orThrow();
    expect(writes()).toEqual([]);
    const up = (await stack.up()).orThrow();
    expect(up.steps.map(({ op }) => op)).not.toContain("create");
    expect(writes()).toEqual([
      'PUT /projects/acme/shop/environments/1 {"external_url":"https://new.example.com"} 200',
    ]);
    expect((await bench.preview()).orThrow().changes).toEqual({ same: 3 });
  },
);

onCli("the option `import` writes nothing that the program does not declare", async () => {
  const { gitlab, program, stack } = await CliBench.open({ door: "native" });
  estate(gitlab);
  const declare = (args: string): void =>
    program.write(
      `new gitlab.Environment("review", { project: "acme/shop", name: "review/1", ${args} }, { import: "acme/shop:2" });`,
    );
  const writes = (): string[] => gitlab.requests.filter(({ method }) => method !== "GET").map(line);
  declare(`description: "by hand", onDestroy: "retain"`);
  (await stack.up()).orThrow();
  expect((await stack.preview()).orThrow().changes).toEqual({ same: 2 });
  declare(`description: "by a program", onDestroy: "retain"`);
  (await stack.up()).orThrow();
  expect(writes()).toEqual(['PUT /projects/acme/shop/environments/2 {"description":"by a program"} 200']);
});
