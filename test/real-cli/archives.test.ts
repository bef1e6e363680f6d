import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { YamlBench } from "../plugin/yamlBench";
import { ROOT } from "../support/root";
import { onCli } from "./cli";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const folder = mkdtempSync(join(tmpdir(), "archives-"));
let archives: string[];

function make(to: string): string[] {
  execFileSync(process.execPath, [join(ROOT, "test/tools/archives.mjs"), to], { stdio: "ignore" });
  return readdirSync(to)
    .sort()
    .map((name) => join(to, name));
}

beforeAll(() => {
  archives = make(join(folder, "first"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("there is an archive for each system, the same bytes whenever it is made", () => {
  expect(archives.map((file) => basename(file))).toEqual(
    ["darwin", "linux", "windows"].flatMap((os) =>
      ["amd64", "arm64"].map((arch) => `pulumi-resource-gitlab-cd-v${version}-${os}-${arch}.tar.gz`),
    ),
  );
  const again = make(join(folder, "again"));
  for (const [i, file] of archives.entries())
    expect(readFileSync(file).equals(readFileSync(again[i] ?? ""))).toBe(true);
  const content = execFileSync("tar", ["-tzf", archives[0] ?? ""], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(content.sort()).toEqual(readdirSync(join(ROOT, "plugin")).sort());
});

/** What this machine asks for by itself. */
function ours(): string {
  const os = { linux: "linux", darwin: "darwin", win32: "windows" }[process.platform as "linux"];
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  return archives.find((file) => file.endsWith(`-${os}-${arch}.tar.gz`)) ?? "";
}

/** A server of files, as a GitLab package registry answers: with a length, and without asking who it is. */
async function serve(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    const file = archives.find((path) => basename(path) === basename(request.url ?? ""));
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/packages/${version}`, asked };
}

/** Nothing in the project says where the provider is. */
async function lives({ stack, gitlab }: YamlBench): Promise<void> {
  expect((await stack.preview()).orThrow()).toMatchObject({ changes: { create: 2 }, requests: [] });
  expect((await stack.up()).orThrow().outputs).toEqual({ number: 1 });
  expect((await stack.up()).orThrow()).toMatchObject({ changes: { same: 2 }, requests: [] });
  (await stack.destroy()).orThrow();
  expect(gitlab.world.environments("acme/shop")).toEqual([]);
}

const program = {
  plugins: undefined,
  resources: {
    shop: { type: "gitlab-cd:Environment", properties: { project: "acme/shop", name: "production" } },
  },
  outputs: { number: "${shop.environmentId}" },
};

onCli(
  "the provider is installed from the folder or an archive with `pulumi plugin install --file`, and used",
  async () => {
    for (const file of [join(ROOT, "plugin"), ours()]) {
      const bench = await YamlBench.open(program);
      const { exitCode, stderr } = await bench.stack.pulumi(
        ...["plugin", "install", "resource", "gitlab-cd", version, "--file", file],
      );
      expect(exitCode, stderr).toBe(0);
      await lives(bench);
    }
  },
);

onCli("the provider is installed from a server with `--server`, which sees no credential", async () => {
  const { url, asked } = await serve();
  const bench = await YamlBench.open(program);
  const { exitCode, stderr } = await bench.stack.pulumi(
    ...["plugin", "install", "resource", "gitlab-cd", version, "--server", url],
  );
  expect(exitCode, stderr).toBe(0);
  expect(asked).toEqual([`GET /packages/${version}/${basename(ours())} -`]);
  await lives(bench);
});
