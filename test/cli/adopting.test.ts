import { writeFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { expect, it } from "vitest";

import { Emulator, type LoggedRequest, type Seed } from "../../testing/emulator";
import { CliStack, OfflineStack } from "../../testing/engine";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { TestProgram } from "../support/program";
import { command, type Said } from "./command";

const LONG_MS = 900_000;
const TEAMS = ["pay", "search", "mobile", "eu", "eu/north", "eu/south"];
const ADOPT = ["import", "--group", "acme", "--all-projects", "--exclude", "review/*", "--protect"];

/** Sixty projects of six teams, grown over the years: what docs/adopting.md is about. */
async function startEstate(): Promise<Emulator> {
  const projects: Seed["projects"] = Array.from({ length: 60 }, (_, n) => ({
    path: `acme/${TEAMS[n % TEAMS.length]}/service-${n}`,
    invited: { "acme/release": "maintainer", "acme/qa": "developer" },
    environments: {
      production: { external_url: `https://service-${n}.example.com` },
      staging: n % 3 === 0 ? { description: `Before “production”, of service ${n}` } : {},
      ...(n % 10 === 0 ? { "review/a": {}, "review/b": {}, "eu/blue": { tier: "production" } } : {}),
    },
  }));
  const gitlab = await Emulator.start({
    seed: {
      defaultUser: "olivia",
      users: ["root", "olivia", "dana", "devon", "quinn"].map((username) => ({
        username,
        name: username,
        admin: username === "root",
      })),
      groups: [
        { path: "acme", members: { olivia: "owner", dana: "maintainer", devon: "developer" } },
        { path: "acme/release", members: { dana: "owner" } },
        { path: "acme/qa", members: { quinn: "developer" } },
        ...TEAMS.map((team) => ({ path: `acme/${team}` })),
      ],
      projects,
    },
  });
  const { world } = gitlab;
  world.protect("acme", "production", [{ role: "maintainer" }], [{ group: "acme/qa", requiredApprovals: 2 }]);
  world.protect("acme/eu", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
  world.protect("acme/eu/north", "staging", [{ role: "developer" }]);
  for (let n = 0; n < 60; n += 4)
    world.protect(projects[n]?.path ?? "", "production", [{ group: "acme/release" }], [{ user: "devon" }]);
  // Made by hand, each in its own way.
  const byHand = (n: number) => projects[n]?.path ?? "";
  world.protect(byHand(1), "production", [{ role: "maintainer" }]);
  world.setLegacyApprovalCount(byHand(1), "production", 2);
  world.protect(byHand(2), "production", [{ user: "quinn" }]);
  world.protect(byHand(3), "production", [{ role: "maintainer" }]);
  world.addStrangerEntry(byHand(3), "production", { user: "devon", requiredApprovals: 2 }, "rules");
  world.protect(byHand(5), "an old name.of something", [{ role: "admin" }]);
  world.deleteUser("quinn");
  return gitlab;
}

/** Without TypeScript it starts in half the time. */
function compiled(text: string): string {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(text, { compilerOptions: options }).outputText;
}

const everything = (gitlab: Emulator) =>
  JSON.stringify([
    ...["acme", "acme/eu", "acme/eu/north"].map((group) => gitlab.world.protections(group)),
    ...Array.from({ length: 60 }, (_, n) => `acme/${TEAMS[n % TEAMS.length]}/service-${n}`).map((path) => [
      gitlab.world.environments(path),
      gitlab.world.protections(path),
    ]),
  ]);

const engines = [
  { engine: "offline", Stack: OfflineStack },
  ...(realEngine ? [{ engine: "CLI", Stack: CliStack }] : []),
];

it.each(engines)(
  "an estate of 60 projects is taken over without a write, imports to the same text again, and has no drift ($engine)",
  async ({ Stack }) => {
    const gitlab = await startEstate();
    const before = everything(gitlab);
    const imported = await command(gitlab, ADOPT);
    expect(imported).toMatchObject({ code: 0 } satisfies Partial<Said>);
    // What no program can say is named, counted and left alone.
    expect(imported.err).toContain(
      "Declared: 3 group protections, 16 project protections, 126 environments of 60 projects.",
    );
    expect(imported.err).toContain("Left out as asked: 12 environments.");
    expect(imported.err).toContain("To decide, in the program as comments: 3.");
    for (const n of [1, 2, 3]) expect(imported.err).toContain(`/service-${n} production: GitLab `);

    const project = new TestProgram("");
    writeFileSync(join(project.folder, "index.js"), compiled(imported.out));
    const stack = await Stack.create({ program: project.folder, emulator: gitlab });
    const up = (await stack.up()).orThrow();
    const written = (up.requests as LoggedRequest[]).filter(
      ({ method, status }) => method !== "GET" && status < 400,
    );
    expect(written).toEqual([]);
    expect(everything(gitlab)).toBe(before);

    expect((await command(gitlab, ADOPT)).out).toBe(imported.out);
    const drift = (await stack.preview({ refresh: true })).orThrow();
    expect(Object.keys(drift.changes)).toEqual(["same"]);

    // The first `adopt` goes, and nothing changes by that either.
    writeFileSync(
      join(project.folder, "index.js"),
      compiled(imported.out.replace("const adopt = true;", "const adopt = false;")),
    );
    expect((await stack.up()).orThrow().requests).toEqual([]);
    expect(everything(gitlab)).toBe(before);
    await stack.dispose();
    project.remove();
    await gitlab.stop();
  },
  LONG_MS,
);

it("what stood TO DECIDE is taken over once it is decided, and no approval is lost on the way", async () => {
  const gitlab = await Emulator.start();
  const { world } = gitlab;
  world.protect("acme", "production", [{ role: "maintainer" }]);
  world.setLegacyApprovalCount("acme", "production", 2);
  const imported = await command(gitlab, ["import", "--group", "acme"]);
  expect(imported.err).toContain("To decide, in the program as comments: 1.");

  const project = new TestProgram("");
  const decided = async (rule: string) => {
    const text = imported.out
      .replace(/^\/\/ (?=new |\}|  )/gm, "")
      .replace(/^( *)adopt: "overwrite"/m, `$1approvalRules: [${rule}],\n$&`);
    writeFileSync(join(project.folder, "index.js"), compiled(text));
    const stack = await OfflineStack.create({ program: project.folder, emulator: gitlab });
    const up = await stack.up();
    await stack.dispose();
    return up;
  };
  const group = await decided('{ groupPath: "acme/qa", requiredApprovals: 2 }');
  expect(group.ok).toBe(false);
  expect(group.text).toContain("First declare only rules for access levels");
  expect(world.protection("acme", "production")).toMatchObject({ required_approval_count: 2 });

  const level = await decided("{ accessLevel: 40, requiredApprovals: 2 }");
  level.orThrow();
  expect(world.protection("acme", "production")).toMatchObject({
    required_approval_count: 0,
    approval_rules: [{ access_level: 40, required_approvals: 2 }],
  });
  project.remove();
  await gitlab.stop();
});
