import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

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

function problem(root: string, page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) {
    return /^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(\/[^\s]*)?$/i.test(target) || /^mailto:/.test(target)
      ? undefined
      : `${target} is not an https address`;
  }
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
  if (relative(root, file).startsWith("..")) return `${target} leads out of ${root}`;
  if (!existsSync(file)) return `${target} does not exist`;
  if (anchor === undefined || statSync(file).isDirectory()) return undefined;
  return anchors(file).includes(anchor) ? undefined : `${target}: there is no such heading`;
}

/** What the links of a page lead to, as written there. */
export function linksOf(root: string, page: string): string[] {
  const links = withoutCode(readFileSync(join(root, page), "utf8")).matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g);
  return [...links].map(([, target]) => target ?? "");
}

/** Links of a page, given by its path below `root`, that lead nowhere, each with what is wrong. */
export function deadLinks(root: string, page: string): string[] {
  return linksOf(root, page)
    .map((target) => problem(root, page, target))
    .filter((found) => found !== undefined);
}
