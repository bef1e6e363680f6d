import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { YamlBench } from "../plugin/yamlBench";
import { onCli } from "../real-cli/cli";
import { imported, parsed } from "./programText";

onCli(
  "`pulumi up` on the program in YAML takes everything over and writes nothing; names with `${…}` are names",
  async () => {
    const bench = await YamlBench.open();
    const { gitlab, stack } = bench;
    gitlab.world.addEnvironment("acme/shop", "production", { description: "costs ${5} or $$6: see fn::x" });
    gitlab.world.addEnvironment("acme/shop", "will ${see}. ok");
    gitlab.world.protect("acme/shop", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
    const { out } = await imported(gitlab, "--format", "yaml");
    bench.write(parsed(out));
    const read = (what: string) => gitlab.api("GET", `/projects/acme%2Fshop/${what}`);
    const held = async () =>
      JSON.stringify([(await read("environments")).body, (await read("protected_environments")).body]);
    const before = await held();
    gitlab.clearRequests();
    (await stack.up()).orThrow();
    // A create is tried first, and refused: that is how it is known what is there.
    expect(bench.asked().filter((line) => !/^(GET|POST) /.test(line))).toEqual([]);
    expect(await held()).toBe(before);
    expect(before).toContain("will ${see}. ok");
    gitlab.clearRequests();
    const again = (await stack.preview()).orThrow();
    expect(again.steps.filter(({ op }) => op !== "same")).toEqual([]);
    expect(bench.asked()).toEqual([]);
  },
);

onCli("`pulumi import --file` takes the file", async () => {
  const bench = await YamlBench.open();
  const { gitlab, stack } = bench;
  gitlab.world.addEnvironment("acme/shop", "production", { description: "The shop" });
  gitlab.world.protect("acme/shop", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
  const { out } = await imported(gitlab, "--format", "import-file");
  const file = join(stack.root, "import.json");
  writeFileSync(file, out);
  const written = join(stack.root, "out.yaml");
  gitlab.clearRequests();
  const taken = await stack.pulumi(
    "import",
    "--stack",
    stack.name,
    "--file",
    file,
    "--out",
    written,
    "--yes",
    "--skip-preview",
  );
  expect([taken.exitCode, taken.stderr]).toEqual([0, expect.any(String)]);
  expect(bench.asked().filter((line) => !line.startsWith("GET "))).toEqual([]);
  const { deployment } = await stack.exportState();
  const kept = (deployment.resources ?? []).filter(({ type }) => type.startsWith("gitlab-cd:index:"));
  expect(kept.map(({ id }) => id).sort()).toEqual(
    (JSON.parse(out) as { resources: { id: string }[] }).resources.map(({ id }) => id).sort(),
  );
  expect(readFileSync(written, "utf8")).toContain("gitlab-cd:ProjectProtectedEnvironment");
  rmSync(written);
});

onCli(
  "`pulumi import` takes the file whatever environments are called, and its program is unchanged then",
  async () => {
    const bench = await YamlBench.open();
    const { gitlab, stack } = bench;
    for (const name of ["will ${see}. ok", "${", "$ {", "_ _", "v1.2", "v1_2", "a/b", "a-b"])
      gitlab.world.addEnvironment("acme/shop", name);
    const { out } = await imported(gitlab, "--format", "import-file");
    const [file, program] = [join(stack.root, "import.json"), join(stack.root, "generated.yaml")];
    writeFileSync(file, out);
    const { exitCode, stdout, stderr } = await stack.pulumi(
      ...["import", "--file", file, "--yes", "--protect=false", "--out", program, "--stack", stack.name],
    );
    expect(exitCode, stdout + stderr).toBe(0);
    bench.write(parsed(readFileSync(program, "utf8")));
    for (const result of [await stack.preview(), await stack.up()])
      expect(result.orThrow().changes).toEqual({ same: 9 });
  },
);
