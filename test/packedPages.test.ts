import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { deadLinks, linksOf } from "./support/links";
import { packagesOf } from "./support/packed";
import { ROOT } from "./support/root";

const PACKAGES = ["pulumi-gitlab-cd", "pulumi-gitlab-cd-testing"];
const READMES = ["README.md", "testing/README.md"].map((file) => join(ROOT, file));

const work = mkdtempSync(join(tmpdir(), "pages-"));
let archives: string[];
let before: string[];

const read = (file: string): string => readFileSync(file, "utf8");
const rootOf = (name: string): string => join(work, name, "package");

beforeAll(() => {
  before = READMES.map(read);
  archives = packagesOf(ROOT, work);
  for (const [i, name] of PACKAGES.entries()) {
    mkdirSync(join(work, name));
    execFileSync("tar", ["-xzf", archives[i] ?? "", "-C", join(work, name)]);
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it("there is an archive of each package, and packing has changed no README of the work tree", () => {
  expect(archives.map((file) => basename(file).replace(/-\d.*/, ""))).toEqual(PACKAGES);
  expect(READMES.map(read)).toEqual(before);
});

describe.each(PACKAGES)("%s", (name) => {
  it("has a README that links to nothing but itself and whole addresses: a registry shows no file beside it", () => {
    expect(linksOf(rootOf(name), "README.md").filter((link) => !/^(#|https:)/.test(link))).toEqual([]);
  });

  it("has no page with a dead link", () => {
    const pages = readdirSync(rootOf(name), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".md"),
    );
    expect(pages).toContain("README.md");
    expect(pages.flatMap((page) => deadLinks(rootOf(name), page).map((dead) => `${page}: ${dead}`))).toEqual(
      [],
    );
  });
});

/** What links of a README led to and its archive holds. */
const named = (readme: string): string[] =>
  [...readme.matchAll(/(?<=\(|: )`([\w./-]+)`(?=\))/g)].map(([, path]) => path ?? "");

it("the README names the pages, examples and templates that it links to in the repository, and the package holds them", () => {
  const paths = named(read(join(rootOf("pulumi-gitlab-cd"), "README.md")));
  const linked = linksOf(ROOT, "README.md").map((link) => link.replace(/#.*/, ""));
  const notPacked = ["docs/images/matrix.png", "docs/how-it-is-built.md", "CONTRIBUTING.md"];
  expect(paths).toEqual(linked.filter((link) => !notPacked.includes(link)));
  expect(paths).toEqual(
    expect.arrayContaining(["docs/start.md", "examples/quickstart", "templates/access-rules.yml"]),
  );
  expect(paths.filter((path) => !existsSync(join(rootOf("pulumi-gitlab-cd"), path)))).toEqual([]);
});

/** A registry that takes whatever is published; what it was sent. */
async function registry(): Promise<{ url: string; sent: string[] }> {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      if (request.method === "PUT") sent.push(body);
      response.writeHead(request.method === "PUT" ? 201 : 404).end("{}");
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sent };
}

const publish = (what: string[], url: string): Promise<unknown> =>
  promisify(execFile)(
    "npm",
    ["publish", ...what, "--registry", url, `--${url.slice("http:".length)}:_authToken=none`],
    { cwd: ROOT, env: { ...process.env, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" } },
  );

it("a registry gets the README of the archive to show", async () => {
  const { url, sent } = await registry();
  await publish(archives.slice(0, 1), url);
  const [{ versions } = { versions: {} }] = sent.map(
    (body) => JSON.parse(body) as { versions: Record<string, { readme: string }> },
  );
  expect(Object.values(versions).map(({ readme }) => readme)).toEqual([
    read(join(rootOf("pulumi-gitlab-cd"), "README.md")),
  ]);
});

it("the folder itself is not published: refused before anything is built or sent, with what to run instead", async () => {
  const { url, sent } = await registry();
  await expect(publish([], url)).rejects.toThrow("npm run package");
  expect(sent).toEqual([]);
  expect(READMES.map(read)).toEqual(before);
});
