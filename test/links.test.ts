import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { deadLinks } from "./support/links";
import { ROOT } from "./support/root";

function pages(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "api"].includes(entry.name) ? [] : pages(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const TOP = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
const ALL = [...TOP, ...pages("docs"), ...pages("examples")];

it("there are pages to check", () => {
  expect(ALL).toEqual(expect.arrayContaining(["README.md", "docs/gitops.md", "examples/gitops/README.md"]));
});

it.each(ALL)("%s has no dead link", (page) => {
  expect(deadLinks(ROOT, page)).toEqual([]);
});
