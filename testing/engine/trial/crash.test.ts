import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OfflineStack, type OfflineStackOptions } from "..";

const fixture = join(__dirname, "../../fixtures/toys");
let folder: string;
let options: OfflineStackOptions;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crash-"));
  mkdirSync(join(folder, "cloud"));
  options = {
    program: fixture,
    stateFile: join(folder, "state.json"),
    config: { key: { value: "treasure", secret: true } },
    env: { TOY_PROGRAM: join(folder, "program.js"), TOY_CLOUD: join(folder, "cloud") },
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (body: string): void =>
  writeFileSync(join(folder, "program.js"), `module.exports = ({ Toy }) => { ${body} }`);
const calls = (): string => {
  const log = join(folder, "cloud", "calls.log");
  return existsSync(log) ? readFileSync(log, "utf8") : "";
};

/** Starts an `up` in another process and kills it as soon as the provider was asked for `text`. */
async function killedAt(text: string): Promise<void> {
  const script = join(fixture, "up.ts");
  const child = spawn(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", script, JSON.stringify(options)],
    {
      stdio: "ignore",
    },
  );
  const exited = new Promise((resolve) => child.once("exit", resolve));
  while (!calls().includes(text)) {
    if (child.exitCode !== null) throw new Error("the engine ended by itself");
    await sleep(20);
  }
  child.kill("SIGKILL");
  await exited;
}

it("a killed engine keeps what was done, and says what was under way", async () => {
  program(`
    const a = new Toy("a", { name: "a", value: 1 });
    const b = new Toy("b", { name: "b", value: 1, slow: 3_600_000 }, { dependsOn: [a] });
  `);
  await killedAt('"method":"create","inputs":{"checked":true,"name":"b"');
  const after = await OfflineStack.create(options);
  const { resources = [], pending_operations: pending = [] } = (await after.exportState()).deployment;
  expect(resources.map(({ id }) => id)).toContain("id-a");
  expect(resources.map(({ id }) => id)).not.toContain("id-b");
  expect(pending).toMatchObject([{ type: "creating", resource: { inputs: { name: "b" } } }]);

  program(`new Toy("a", { name: "a", value: 1 }); new Toy("b", { name: "b", value: 1 });`);
  const up = (await after.up()).orThrow();
  expect(up.changes).toEqual({ same: 2, create: 1 });
  expect(up.diagnostics[0]?.message).toContain("with 1 pending operations from previous deployment");
});

it("a killed replacement is finished by the next up", async () => {
  program(`new Toy("a", { name: "one", value: 1 });`);
  const stack = await OfflineStack.create(options);
  (await stack.up()).orThrow();
  program(`
    const a = new Toy("a", { name: "two", value: 1 });
    new Toy("b", { name: "b", value: a.out, slow: 3_600_000 });
  `);
  await killedAt('"method":"create","inputs":{"checked":true,"name":"b"');
  const after = await OfflineStack.create(options);
  const old = (await after.exportState()).deployment.resources?.find(({ id }) => id === "id-one");
  expect(old).toMatchObject({ delete: true });
  program(`new Toy("a", { name: "two", value: 1 });`);
  expect(
    (await after.up())
      .orThrow()
      .stepsOf("a")
      .map(({ op }) => op),
  ).toEqual(["same", "delete-replaced"]);
});

it("the state file is the CLI's, and has nothing secret in it", async () => {
  program(`new Toy("a", { name: "a", value: 1 });`);
  const stack = await OfflineStack.create(options);
  (await stack.up()).orThrow();
  const text = readFileSync(join(folder, "state.json"), "utf8");
  expect(text).not.toContain("treasure");
  expect(JSON.parse(text)).toMatchObject({
    version: 3,
    deployment: { secrets_providers: { type: "passphrase" } },
  });
  expect(existsSync(join(folder, "state.json.journal"))).toBe(false);
  expect((await (await OfflineStack.create(options)).up()).changes).toEqual({ same: 2 });
});
