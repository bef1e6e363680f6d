import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { expect, it, onTestFinished } from "vitest";

import { METHODS } from "../../provider/plugin/methods";
import { ROOT } from "../support/root";
import { PluginBench } from "./bench";
import { Plugin } from "./pluginClient";

const EXECUTABLE = join(ROOT, "plugin", "pulumi-resource-gitlab-cd");
/** What it reads later, from beside it. */
const PARTS = ["server.js", "engineClient.js", "axios.js"];
const waiting = { project: "acme/shop", ref: "main", waitFor: "success", timeoutSeconds: 3600 };

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  it(`ends at once on ${signal}, whatever it is at`, async () => {
    const { gitlab, plugin } = await PluginBench.start();
    gitlab.world.setPipelineOutcome("acme/shop", { status: "running" });
    const { inputs } = await plugin.check("Pipeline", waiting);
    plugin.create("Pipeline", inputs).catch(() => undefined);
    await plugin.said(/running/);
    plugin.process.kill(signal);
    expect(await plugin.ended()).toEqual({ code: 0, signal: null });
  });
}

/** Starts the plugin, says its pid and port, and lives on. */
const ENGINE = `
  const child = require("node:child_process").spawn(process.argv[1], ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.once("data", (port) => console.log(child.pid + " " + port));
  setInterval(() => {}, 1000);`;

it("ends when its engine was killed", async () => {
  const engine = spawn(process.execPath, ["-e", ENGINE, EXECUTABLE], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void engine.kill("SIGKILL"));
  const said = await new Promise<string>((resolve) =>
    engine.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const pid = Number(said.split(" ")[0]);
  expect(isAlive(pid)).toBe(true);
  engine.kill("SIGKILL");
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Nobody may have collected it yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

it("finds an older engine by its arguments, after flags of the engine's own", async () => {
  const flags = ["--logtostderr", "-v=9", "--tracing", "tcp://127.0.0.1:1"];
  const { gitlab, plugin } = await PluginBench.start({ flags, shakes: false });
  gitlab.world.addEnvironment("acme/shop", "production");
  const { inputs } = await plugin.check("Environment", {
    project: "acme/shop",
    name: "production",
    adopt: true,
  });
  await plugin.create("Environment", inputs);
  expect(plugin.lines.map(({ message }) => message).join()).toContain("taken over");
});

it("prints its port and nothing else: the engine reads the first line, and hides the rest", async () => {
  const child = spawn(EXECUTABLE, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (text += data.toString()));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.kill("SIGINT");
  await new Promise((resolve) => child.once("close", resolve));
  expect(text).toMatch(/^\d+\n$/);
});

it("tells its version, its schema, and by name what it does not offer", async () => {
  const plugin = await Plugin.start();
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const info = await plugin.call<{ getVersion(): string }>("getPluginInfo", new Empty());
  expect(info.getVersion()).toBe(version);
  await expect(plugin.call("construct", new rpc.ConstructRequest())).rejects.toMatchObject({
    code: 12,
    details: "gitlab-cd has no components",
  });
  await expect(plugin.call("parameterize", new rpc.ParameterizeRequest())).rejects.toMatchObject({
    code: 12,
  });
  expect(Object.keys(ResourceProviderService).sort()).toEqual([...METHODS].sort());
  // An answer of many parts, which it refuses as all others.
  await expect(plugin.list()).rejects.toMatchObject({
    code: 12,
    details: "gitlab-cd does not list resources",
  });
});

it("ends before it prints a port, and names the file, where one of its folder was not copied with it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const missing of [...PARTS, "schema.json"]) {
    cpSync(join(ROOT, "plugin"), folder, { recursive: true });
    rmSync(join(folder, missing));
    const alone = spawnSync(join(folder, "pulumi-resource-gitlab-cd"), ["127.0.0.1:1"], { encoding: "utf8" });
    expect(alone).toMatchObject({
      status: 1,
      stdout: "",
      stderr: `${missing} is missing beside the executable: copy the whole folder.\n`,
    });
  }
});

it("is a few files, the same from the same sources, with the licences of all that is in it and without the SDK's runtime", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bundler = spawn(process.execPath, [join(ROOT, "test", "tools", "bundlePlugin.mjs"), folder], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  expect(await new Promise((resolve) => bundler.once("close", resolve))).toBe(0);
  for (const name of [
    ...["pulumi-resource-gitlab-cd", "pulumi-resource-gitlab-cd.cmd", "LICENSES.txt", "package.json"],
    ...PARTS,
  ])
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(ROOT, "plugin", name))), name).toBe(
      true,
    );
  expect(readdirSync(folder).sort()).toEqual(readdirSync(join(ROOT, "plugin")).sort());
  expect(readFileSync(EXECUTABLE, "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  expect(statSync(EXECUTABLE).mode & 0o111).toBe(0o111);
  const code = ["pulumi-resource-gitlab-cd", ...PARTS]
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  expect(code).not.toContain(ROOT);
  // Words of `@pulumi/pulumi/runtime` and of what it needs; of protobufjs and the types of files, which only services that are not served need.
  expect(code).not.toMatch(
    /registerResource: function|isDryRun|opentelemetry|lookupTypeOrEnum|vnd\.openxmlformats/,
  );
  // With one other character it is read as two bytes a character.
  expect(code).toMatch(/^[\0-\x7f]*$/);
  const licences = readFileSync(join(ROOT, "plugin", "LICENSES.txt"), "utf8");
  for (const name of ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf", "axios"])
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  expect(licences).not.toContain("(undefined)");
});

/** Writes what parts of Node.js its process has loaded, at the end. */
const NOTES = `process.on("exit", () => require("node:fs").writeFileSync(process.env.NOTES, process.moduleLoadList.join("\\n")));`;

it("loads nothing of Node's own fetch for its requests", async () => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [script, notes] = [join(folder, "notes.cjs"), join(folder, "notes")];
  writeFileSync(script, NOTES);
  const bench = await PluginBench.start({ env: { NODE_OPTIONS: `--require ${script}`, NOTES: notes } });
  const { plugin } = bench;
  const { inputs } = await plugin.check("Environment", { project: "acme/shop", name: "production" });
  await plugin.create("Environment", inputs);
  expect(bench.asked()).toEqual(["POST /projects/acme%2Fshop/environments"]);
  plugin.process.kill("SIGINT");
  await plugin.ended();
  const loaded = readFileSync(notes, "utf8");
  expect(loaded).toContain("NativeModule http2");
  expect(loaded).not.toMatch(/undici/);
});
