import { expect } from "vitest";

import type { ExportedStack } from "../../testing/engine";
import { CliBench, onCli, throughBothDoors } from "./cli";

const both = (more = "", options = "") => `
  const rules = new gitlab.GroupProtectedEnvironment("rules", { group: "acme", name: "production", ${more}
    deployAccessLevels: [{ accessLevel: 40 }] }, { ${options} });
  new gitlab.Environment("shop", { project: "acme/shop", name: "production", onDestroy: "delete", ${more} },
    { dependsOn: [rules], ${options} });`;

const shop = (name: string) => `new gitlab.Environment("shop", { project: "acme/shop", name: "${name}" });`;

const deletes = ({ gitlab }: CliBench): number =>
  gitlab.requests.filter(({ method }) => method === "DELETE").length;

const names = ({ gitlab }: CliBench): string[] =>
  gitlab.world.environments("acme/shop").map(({ name }) => name);

for (const flags of [["--run-program"], ["--run-program", "--refresh"]]) {
  // The engine lets the provider check what the program declares, which keeps nothing from being deleted.
  throughBothDoors(`destroy ${flags.join(" ")} deletes what the program declares`, async (door) => {
    const bench = await CliBench.open({ door });
    bench.program.write(both());
    (await bench.stack.up()).orThrow();
    await bench.pulumi("destroy", ...flags, "--yes", "--skip-preview");
    expect(bench.gitlab.world.protections("acme")).toEqual([]);
    expect(names(bench)).toEqual([]);
  });
}

throughBothDoors(
  "nothing is deleted where a second address of the same GitLab takes everything over",
  async (door) => {
    const env: Record<string, string> = {};
    const bench = await CliBench.open({ door, env });
    const { gitlab, program, stack } = bench;
    env["CORP_BASE_URL"] = gitlab.url.replace("127.0.0.1", "localhost");
    env["CORP_TOKEN"] = gitlab.token;
    program.write(both());
    (await stack.up()).orThrow();
    program.write(both(`connection: "corp", adopt: true,`));
    expect((await stack.up()).orThrow().text).toContain("it is only forgotten here, not deleted");
    expect(deletes(bench)).toBe(0);
    expect((await stack.up()).orThrow().changes).toEqual({ same: 3 });
  },
);

throughBothDoors(
  "deleteBeforeReplace with --replace, or after `state taint`, deletes and makes anew",
  async (door) => {
    const bench = await CliBench.open({ door });
    const { gitlab, program, stack } = bench;
    program.write(both("", "deleteBeforeReplace: true"));
    (await stack.up()).orThrow();
    const urns = [
      ["GroupProtectedEnvironment", "rules"],
      ["Environment", "shop"],
    ].map(([kind, name]) => bench.urn(String(kind), String(name)));
    (await stack.up({ replace: urns })).orThrow();
    expect(deletes(bench)).toBe(2);
    for (const urn of urns) await bench.pulumi("state", "taint", "--yes", urn);
    (await stack.up()).orThrow();
    expect(deletes(bench)).toBe(4);
    expect([gitlab.world.protections("acme").length, names(bench)]).toEqual([1, ["production"]]);
    expect((await stack.up()).orThrow().changes).toEqual({ same: 3 });
  },
);

throughBothDoors(
  "an environment with deployments is renamed, and the rest of its life is as usual",
  async (door) => {
    const bench = await CliBench.open({ door });
    const { gitlab, program, stack } = bench;
    program.write(shop("production"));
    (await stack.up()).orThrow();
    gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    program.write(shop("live"));
    expect((await bench.preview()).orThrow().text).toContain("With deployments it stays in GitLab as it is");
    expect((await stack.up()).orThrow().text).toContain("only the state forgets it");
    expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
    expect((await stack.destroy()).orThrow().changes).toEqual({ delete: 2 });
    expect(names(bench)).toEqual(["production"]);
  },
);

/** What 0.1.0 left behind: the new environment, and the refused delete of the old one with the arguments of its time. */
function withPendingDelete(now: ExportedStack, before: ExportedStack): ExportedStack {
  const old = before.deployment.resources?.find(({ urn }) => urn.endsWith("::shop"));
  if (old === undefined) throw new Error("the old state has no environment");
  const resources = [...(now.deployment.resources ?? []), { ...old, delete: true }];
  return { ...now, deployment: { ...now.deployment, resources } };
}

onCli("a stack that 0.1.0 left stuck gets out by GITLAB_ON_DESTROY, which its refusal names", async () => {
  const env: Record<string, string> = {};
  const bench = await CliBench.open({ env });
  const { gitlab, program, stack } = bench;
  program.write(shop("production"));
  (await stack.up()).orThrow();
  const before = await stack.exportState();
  gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
  program.write(shop("live"));
  (await stack.up()).orThrow();
  const stuck = withPendingDelete(await stack.exportState(), before);

  await stack.importState(stuck);
  const refused = await stack.up();
  expect([refused.ok, refused.errors.join().includes("GITLAB_ON_DESTROY=retain")]).toEqual([false, true]);
  env["GITLAB_ON_DESTROY"] = "retain";
  (await stack.up()).orThrow();
  delete env["GITLAB_ON_DESTROY"];
  expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
  expect(names(bench)).toEqual(["production", "live"]);

  await stack.importState(stuck);
  env["GITLAB_ON_DESTROY"] = "delete";
  (await stack.destroy()).orThrow();
  expect(names(bench)).toEqual([]);
  expect((await stack.exportState()).deployment.resources ?? []).toEqual([]);
});
