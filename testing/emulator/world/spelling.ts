import { createHash } from "node:crypto";

/** `a/b/c`: the parent `a/b` and the last piece `c`. */
export function split(path: string): { parent: string; last: string } {
  const slash = path.lastIndexOf("/");
  return { parent: slash < 0 ? "" : path.slice(0, slash), last: path.slice(slash + 1) };
}

/** A display name for a path. */
export function title(path: string): string {
  return path
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** The same commit for the same name on each run. */
export function shas(path: string, names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [name, createHash("sha1").update(`${path}@${name}`).digest("hex")]));
}
