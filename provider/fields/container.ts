import type { Made } from "./field";
import { open, rule, show, type Simple } from "./schema";

const PATH = /^[^\s/:?#%]+(\/[^\s/:?#%]+)*$/;

/**
 * The project or group something lives in: a numeric id or a full path, kept as a string.
 * GitLab finds no project by a path without a slash; a top-level group has none.
 */
export function containerName(level: "project" | "group"): Simple<string, string | number> {
  const fault = (value: unknown): string | undefined => {
    if (typeof value === "number")
      return Number.isSafeInteger(value) && value > 0
        ? undefined
        : `must be a positive id, got ${show(value)}`;
    if (typeof value !== "string") return `must be an id or a full path, got ${show(value)}`;
    if (/^\d+$/.test(value)) return undefined;
    if (!PATH.test(value))
      return `must be an id or a full path such as ${level === "project" ? "acme/shop" : "acme/release"}, got ${show(value, true)}`;
    return level === "project" && !value.includes("/")
      ? `must be an id or a full path with its group, such as acme/${value}, got ${show(value, true)}`
      : undefined;
  };
  return rule({ kind: "either", of: [{ kind: "text" }, { kind: "integer" }] }, fault, {
    normalise: (value) => String(value),
    ...open,
  });
}

export function container(
  level: "project" | "group",
): Made<"container", "required", Simple<string, string | number>> {
  return { ...containerName(level), role: "container", presence: "required" };
}

/** The project of a resource. */
export const inProject = {
  /**
   * Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another spelling of the same project is an update
   * without a write (both are looked up); another project replaces.
   */
  project: container("project"),
};
