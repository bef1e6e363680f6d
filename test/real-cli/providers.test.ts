import { expect, onTestFinished } from "vitest";

import { Emulator } from "../../testing/emulator";
import { CliBench, onCli } from "./cli";

/** Several providers of one program are several processes, and each resource is asked about in that of its own. */

const provider = (name: string, { url, token }: Pick<Emulator, "url" | "token">): string =>
  `const ${name} = new gitlab.Provider("${name}", { baseUrl: "${url}", token: "${token}" });`;

const objects = (options = "", suffix = ""): string => `
  const rules = new gitlab.GroupProtectedEnvironment("rules${suffix}", { group: "acme", name: "production", adopt: true,
    deployAccessLevels: [{ accessLevel: 40 }] }, { ${options} });
  new gitlab.Environment("shop${suffix}", { project: "acme/shop", name: "production", onDestroy: "delete", adopt: true },
    { dependsOn: [rules], ${options} });`;

const deletes = ({ requests }: Emulator): number =>
  requests.filter(({ method }) => method === "DELETE").length;
const elsewhere = ({ url, token }: Emulator) => ({ url: url.replace("127.0.0.1", "localhost"), token });

onCli("a provider that gets a second address of the same GitLab deletes nothing there", async () => {
  const { gitlab, program, stack } = await CliBench.open({ door: "native" });
  program.write(provider("corp", gitlab) + objects("provider: corp"));
  (await stack.up()).orThrow();
  program.write(provider("corp", elsewhere(gitlab)) + objects("provider: corp"));
  expect((await stack.up()).orThrow().text).toContain("it is only forgotten here, not deleted");
  expect(deletes(gitlab)).toBe(0);
  expect((await stack.up()).orThrow().changes).toEqual({ same: 4 });
  expect((await stack.destroy()).orThrow().ok).toBe(true);
  expect(deletes(gitlab)).toBe(2);
});

onCli("a provider that gets the address of another GitLab makes all there, and deletes the old", async () => {
  const { gitlab, program, stack } = await CliBench.open({ door: "native" });
  const other = await Emulator.start();
  onTestFinished(() => other.stop());
  program.write(provider("corp", gitlab) + objects("provider: corp"));
  (await stack.up()).orThrow();
  program.write(provider("corp", other) + objects("provider: corp"));
  (await stack.up()).orThrow();
  expect([deletes(gitlab), deletes(other)]).toEqual([2, 0]);
  expect(other.world.protection("acme", "production")).toBeDefined();
});

onCli(
  "a provider that gains or loses its address does not take one GitLab's numbers to another",
  async () => {
    for (const way of ["gains", "loses"]) {
      const { gitlab, program, stack } = await CliBench.open({ door: "native" });
      const other = await Emulator.start();
      onTestFinished(() => other.stop());
      const shop = `new gitlab.Environment("shop", { project: "acme/shop", name: "production" }, { provider: corp });`;
      const programs = [`const corp = new gitlab.Provider("corp", {});`, provider("corp", other)].map(
        (text) => text + shop,
      );
      const [from, to] = way === "gains" ? [gitlab, other] : [other, gitlab];
      const [before, after] = way === "gains" ? programs : programs.toReversed();
      // Has the number there that ours has here.
      to.world.addEnvironment("acme/shop", "staging");
      program.write(String(before));
      (await stack.up()).orThrow();
      program.write(String(after));
      (await stack.up()).orThrow();
      const names = ({ world }: Emulator) => world.environments("acme/shop").map(({ name }) => name);
      expect([names(from), names(to)]).toEqual([[], ["staging", "production"]]);
      expect((await stack.up()).orThrow().changes).toEqual({ same: 3 });
      (await stack.destroy()).orThrow();
      expect(names(to)).toEqual(["staging"]);
    }
  },
);

onCli("what another provider takes over under another name is kept, by either door", async () => {
  const bench = await CliBench.open({ door: "native" });
  const { gitlab, program, stack } = bench;
  program.write(objects(), "dynamic");
  (await stack.up()).orThrow();
  program.write(objects("", "-native"), "native");
  (await stack.up()).orThrow();
  program.write(provider("corp", gitlab) + objects("provider: corp", "-corp"));
  (await stack.up()).orThrow();
  expect(deletes(gitlab)).toBe(0);
  expect((await stack.destroy()).orThrow().ok).toBe(true);
  expect(deletes(gitlab)).toBe(2);
});

onCli("an address in the configuration that the environment overrules replaces nothing", async () => {
  const config = { "gitlab-cd:baseUrl": "https://gitlab.example.com" };
  const { gitlab, program, stack } = await CliBench.open({ door: "native", config });
  program.write(objects());
  (await stack.up()).orThrow();
  gitlab.clearRequests();
  await stack.config.set("gitlab-cd:baseUrl", gitlab.url);
  expect((await stack.preview()).orThrow().changes).toEqual({ same: 3 });
  expect((await stack.up()).orThrow()).toMatchObject({ changes: { same: 3 }, requests: [] });
});

onCli("of two resources for one record, the one that leaves the program forgets it", async () => {
  const bench = await CliBench.open({ door: "native" });
  const { gitlab, program, stack } = bench;
  const head = gitlab.world.project("acme/shop").branches.get("main");
  const records = (name: string): string => `
    new gitlab.Deployment("${name}", { project: "acme/shop", environment: "staging", sha: "${head}", ref: "main",
      status: "failed", onDestroy: "delete" });
    new gitlab.Pipeline("${name}", { project: "acme/shop", ref: "main", onDestroy: "delete" });`;
  program.write(records("first"));
  (await stack.up()).orThrow();
  const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
  for (const kind of ["Deployment", "Pipeline"])
    await bench.pulumi("import", ...flags, `gitlab-cd:index:${kind}`, "second", "acme/shop:1");
  program.write(records("second"));
  (await stack.up()).orThrow();
  expect(deletes(gitlab)).toBe(0);
  await bench.pulumi("destroy", "--run-program", "--refresh", "--yes", "--skip-preview");
  expect(deletes(gitlab)).toBe(2);
});
