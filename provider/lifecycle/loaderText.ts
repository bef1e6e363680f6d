import type { Lifecycle } from "./lifecycle";

/**
 * The handler the engine keeps in state and evaluates in its provider process. It only loads the installed package, so an
 * upgrade is in force at once, nothing of the program is captured, and no token can be. See docs/decisions/001.
 */
export function loaderText(name: string): string {
  return `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-gitlab-cd/dynamic").${name}`;
}

/** What `pulumi-gitlab-cd/dynamic` calls a life cycle: as its class, with a small letter first. */
export function loaderOf({ kind }: Pick<Lifecycle, "kind">): string {
  return loaderText(kind.charAt(0).toLowerCase() + kind.slice(1));
}
