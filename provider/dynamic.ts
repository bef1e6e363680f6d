import { dynamicProvider } from "./lifecycle/provider";
import type * as resources from "./resources";

/** The names that loader texts in users' states use. */
export type DynamicName = keyof typeof resources;

/** A stack has few kinds of resources, and only theirs are loaded: each with its first call. */
const lazily = (name: DynamicName) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load all of them
  dynamicProvider(() => (require(`./resources/${name}`) as typeof resources)[name]);

/*
 * The loader's contract. Every state that users keep refers to this module's path in the package and to the names it
 * exports: they never move and are never renamed; a retired one stays and still refreshes, updates and destroys.
 * Held by `test/upgrade.test.ts`.
 */
export const deployment = lazily("deployment");
export const deploymentApproval = lazily("deploymentApproval");
export const environment = lazily("environment");
export const groupProtectedEnvironment = lazily("groupProtectedEnvironment");
export const pipeline = lazily("pipeline");
export const projectProtectedEnvironment = lazily("projectProtectedEnvironment");
export const reviewAppCleanup = lazily("reviewAppCleanup");
export const staleEnvironmentsStop = lazily("staleEnvironmentsStop");
