import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(__dirname, "..");

function pages(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "api"].includes(entry.name) ? [] : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const TOP = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
const ALL = [...TOP, ...pages("docs"), ...pages("examples")];

const withoutCode = (text: string): string =>
  text.replace(/^```[^]*?^```/gm, "").replace(/^(?: {4}|\t).*$/gm, "");

/** As GitLab and GitHub make them from headings. */
function anchors(file: string): string[] {
  const headings = withoutCode(readFileSync(file, "utf8")).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading]) =>
    (heading ?? "")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function problem(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) {
    return /^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(\/[^\s]*)?$/i.test(target) || /^mailto:/.test(target)
      ? undefined
      : `${target} is not an https address`;
  }
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
  if (relative(ROOT, file).startsWith("..")) return `${target} leads out of the repository`;
  if (!existsSync(file)) return `${target} does not exist`;
  if (anchor === undefined || statSync(file).isDirectory()) return undefined;
  return anchors(file).includes(anchor) ? undefined : `${target}: there is no such heading`;
}

it("there are pages to check", () => {
  expect(ALL).toEqual(expect.arrayContaining(["README.md", "docs/gitops.md", "examples/gitops/README.md"]));
});

it.each(ALL)("%s has no dead link", (page) => {
  const links = [
    ...withoutCode(readFileSync(join(ROOT, page), "utf8")).matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g),
  ];
  expect(
    links.map(([, target]) => problem(page, target ?? "")).filter((found) => found !== undefined),
  ).toEqual([]);
});
