import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as prettier from "prettier";
import ts from "typescript";
import { describe, expect, it } from "vitest";

import { Emulator, type LoggedRequest } from "../../testing/emulator";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "../support/program";
import { command } from "./command";
import { startEstate } from "./estate";

const LONG_MS = 900_000;
const SOURCE = join(__dirname, "../../provider/index.ts");

/** What the compiler has to say about a program that imports this package, as a strict project would ask it. */
function complaints(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "imported-"));
  const file = join(folder, "index.ts");
  writeFileSync(file, text);
  const program = ts.createProgram([file], {
    strict: true,
    noUnusedLocals: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    paths: { "pulumi-gitlab-cd": [SOURCE] },
  });
  const found = [
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(program.getSourceFile(file)),
  ];
  rmSync(folder, { recursive: true });
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

async function program(gitlab: Emulator, ...args: string[]): Promise<string> {
  const { code, out, err } = await command(gitlab, ["import", ...args]);
  expect(code).toBe(0);
  expect(err).toMatch(/^Declared: /);
  return out;
}

/** Enough of every kind: 200 environments, families, deviating addresses, agents, shared and single access lists. */
async function largeEstate(): Promise<Emulator> {
  const gitlab = await Emulator.start();
  const { world } = gitlab;
  world.addEnvironments("acme/shop", 150);
  for (let n = 1; n <= 30; n++) {
    world.addEnvironment("acme/shop", `customer-${n}`, {
      external_url: `https://customer-${n}.example.com/${"x".repeat(n * 3)}`,
    });
  }
  for (const name of ["production", "staging", "eu/blue", "eu/green", "will ${see}. ok"])
    world.addEnvironment("acme/api", name);
  const { id } = world.addAgent("acme/shop", "cluster");
  world.addEnvironment("acme/shop", "production", {
    tier: "production",
    description: 'line 1\nline "2"',
    cluster_agent_id: id,
    kubernetes_namespace: "shop",
    flux_resource_path: "helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/shop",
    auto_stop_setting: "with_action",
  });
  for (let n = 1; n <= 14; n++)
    world.addEnvironment("acme/shop", `stage-${n}`, { tier: n % 2 ? "staging" : "testing" });
  world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }, { group: "acme/release" }],
    [{ group: "acme/qa", requiredApprovals: 2 }, { user: "dana" }],
  );
  world.protect("acme", "staging", [{ role: "developer" }]);
  world.protect(
    "acme/shop",
    "production",
    [{ group: "acme/release", inherited: true }, { user: "devon" }],
    [{ group: "acme/qa", requiredApprovals: 5 }],
  );
  world.protect(
    "acme/shop",
    "eu/not yet.there",
    [{ role: "admin" }],
    [{ role: "maintainer", requiredApprovals: 2 }],
  );
  world.protect("acme/api", "production", [{ role: "maintainer" }]);
  world.protect("acme/api", "staging", [{ role: "maintainer" }]);
  return gitlab;
}

describe("the program", () => {
  it("is formatted, compiles in a strict project, and is the same twice", async () => {
    const gitlab = await startEstate();
    const text = await program(gitlab, "--group", "acme", "--all-projects");
    expect(await program(gitlab, "--group", "acme", "--all-projects")).toBe(text);
    await gitlab.stop();
    expect(await prettier.format(text, { parser: "typescript" })).toBe(text);
    expect(complaints(text)).toEqual([]);
    expect(complaints(text.replace('tier: "production"', 'tier: "prod"'))).toHaveLength(1);
  });

  it("says people and groups by name, shared lists once, and what it could not take over as it is", async () => {
    const gitlab = await startEstate();
    const text = await program(gitlab, "--group", "acme", "--all-projects");
    await gitlab.stop();
    expect(text).toContain('{ groupPath: "acme/qa", requiredApprovals: 2 },');
    expect(text).toContain('{ username: "dana" },');
    expect(text.match(/deployAccessLevels: developersDeploy,/g)).toHaveLength(2);
    expect(text).toContain("{ dependsOn: [acmeProductionProtection] },");
    expect(text).toMatch(/protect: true/);
    expect(text).toMatch(/After the first "pulumi up"/);
  });

  it("names and counts what cannot be declared as it is, and leaves it to a person as a comment", async () => {
    const gitlab = await startEstate();
    const { world } = gitlab;
    world.protect("acme/shop", "a", [{ user: "devon" }], [{ role: "reporter" }, { user: "dana" }]);
    world.addStrangerEntry("acme/shop", "a", { user: "dana" }, "rules");
    world.protect("acme/shop", "nobody", [{ user: "quinn" }]);
    world.deleteUser("quinn");
    const { out, err } = await command(gitlab, ["import", "--group", "acme", "--all-projects"]);
    await gitlab.stop();
    expect(err).toBe(
      [
        "Declared: 2 group protections, 2 project protections, 12 environments of 3 projects.",
        "To decide, in the program as comments: 4.",
        "  acme/api production: GitLab asks for 2 approvals in the old way, which cannot be declared and which the first change erases: say who approves, as approvalRules.",
        "  acme/shop a: GitLab holds the access level 20, which it no longer offers; developers are the next stricter ones. GitLab holds a second entry for the user dana.",
        "  acme/shop nobody: GitLab holds nobody who may deploy, so only administrators can.",
        "  acme/shop production: GitLab asks for 2 approvals of the user devon, but one person approves once, so nobody can ever deploy.",
        "",
      ].join("\n"),
    );
    expect(out.match(/^\/\/ TO DECIDE\./gm)).toHaveLength(4);
    expect(out).toContain("4 protected environments cannot be declared");
    // Taking the marks away gives a program again.
    const decided = out.replace(/^\/\/ (new gitlab|  |\}\))/gm, "$1");
    expect(decided.match(/adopt: "overwrite"/g)).toHaveLength(4);
    expect(complaints(decided.replaceAll('adopt: "overwrite"', "adopt: true"))).toEqual([]);
    expect(complaints(out)).toEqual([]);
  });

  it("gives protections and production environments protect, and everything its connection, where asked", async () => {
    const gitlab = await startEstate();
    const { out } = await command(
      gitlab,
      ["import", "--group", "acme", "--all-projects", "--protect", "--connection", "corp"],
      { env: { GITLAB_TOKEN: "", CORP_TOKEN: gitlab.token, CORP_BASE_URL: gitlab.url } },
    );
    await gitlab.stop();
    expect(await prettier.format(out, { parser: "typescript" })).toBe(out);
    expect(complaints(out)).toEqual([]);
    expect(out).toContain('const connection = "corp";');
    const made = out.match(/new gitlab\./g) ?? [];
    expect(out.match(/^(\/\/)? +connection,$/gm)).toHaveLength(made.length);
    const protections = out.match(/new gitlab\.\w+ProtectedEnvironment/g) ?? [];
    const production = out.match(/tier: "production"/g) ?? [];
    expect(out.match(/protect: true/g)).toHaveLength(protections.length + production.length);
  });

  it("holds the protections of subgroups too", async () => {
    const gitlab = await startEstate();
    gitlab.world.protect("acme/eu", "production", [{ role: "maintainer" }]);
    const text = await program(gitlab, "--group", "acme");
    await gitlab.stop();
    expect(text).toContain('group: "acme/eu",');
    expect(text.match(/new gitlab\.GroupProtectedEnvironment/g)).toHaveLength(3);
  });

  it("tells resources apart whose names would be the same", async () => {
    const gitlab = await Emulator.start();
    const { world } = gitlab;
    world.addProject({ path: "acme/shop-eu" });
    for (const n of [1, 2, 3]) world.addEnvironment("acme/shop", `eu-review/${n}`);
    for (const n of [1, 2, 3]) world.addEnvironment("acme/shop-eu", `review/${n}`);
    const text = await program(gitlab, "--group", "acme", "--all-projects");
    await gitlab.stop();
    expect(text.match(/`shop-\$\{name\}`/g)).toHaveLength(1);
    for (const n of [1, 2, 3]) expect(text).toContain(`new gitlab.Environment("shop-eu-review/${n}-2", {`);
    expect(complaints(text)).toEqual([]);
  });

  it("leaves out what it is told to, and says what it may not read", async () => {
    const gitlab = await startEstate();
    const without = await program(gitlab, "--project", "acme/shop", "--exclude", "review/*");
    expect(without).not.toContain("review/");
    const { code, out, err } = await command(gitlab, ["import", "--group", "acme"], {
      env: { GITLAB_TOKEN: gitlab.tokenFor("dana") },
    });
    await gitlab.stop();
    expect(code).toBe(0);
    expect(err).toContain(
      "Not imported: 4.\n  the protected environments of acme (GitLab answered 403; they take the role Owner).\n",
    );
    expect(out.replace(/\n\/\/ /g, " ")).toContain("Not imported: the protected environments of acme");
  });

  it("keeps an existing file unless --force, and says so before it asks for anything", async () => {
    const gitlab = await Emulator.start();
    const folder = mkdtempSync(join(tmpdir(), "import-"));
    const file = join(folder, "index.ts");
    writeFileSync(file, "// mine");
    const args = ["import", "--project", "acme/shop", "--output", file];
    expect(await command(gitlab, args)).toMatchObject({
      code: 2,
      err: expect.stringContaining("--force") as unknown,
    });
    expect(readFileSync(file, "utf8")).toBe("// mine");
    expect(gitlab.requests).toEqual([]);
    expect(await command(gitlab, [...args, "--force"])).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toContain("import * as gitlab");
    await gitlab.stop();
    rmSync(folder, { recursive: true });
  });
});

describe("the round trip", () => {
  it(
    "takes over 200 environments and every kind of rule without a write that GitLab accepts, and gives the same program again",
    async () => {
      const gitlab = await largeEstate();
      const text = await program(gitlab, "--group", "acme", "--all-projects");
      expect(await prettier.format(text, { parser: "typescript" })).toBe(text);
      expect(complaints(text)).toEqual([]);

      const folder = new TestProgram("");
      const compiled = ts.transpileModule(text, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      });
      writeFileSync(join(folder.folder, "index.js"), compiled.outputText);
      const before = JSON.stringify([
        gitlab.world.environments("acme/shop"),
        gitlab.world.protections("acme"),
      ]);
      const stack = await OfflineStack.create({ program: folder.folder, emulator: gitlab });
      const up = (await stack.up()).orThrow();
      const writes = (up.requests as LoggedRequest[]).filter(
        ({ method, status }) => method !== "GET" && status < 400,
      );
      expect(writes).toEqual([]);
      expect(up.changes.create).toBe(200 + 6 + 1);
      expect(JSON.stringify([gitlab.world.environments("acme/shop"), gitlab.world.protections("acme")])).toBe(
        before,
      );
      const again = (await stack.up()).orThrow();
      expect(again.requests).toEqual([]);
      expect(await program(gitlab, "--group", "acme", "--all-projects")).toBe(text);
      await stack.dispose();
      folder.remove();
      await gitlab.stop();
    },
    LONG_MS,
  );
});
