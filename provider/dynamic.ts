import type * as pulumi from "@pulumi/pulumi";

import type { DynamicName } from "./doors/dynamic/registration";

export type { DynamicName } from "./doors/dynamic/registration";

type Provider = pulumi.dynamic.ResourceProvider;

/*
 * The loader's contract. Every state that users keep refers to this module's path in the package and to the names it
 * exports: they never move and are never renamed; a retired one stays and still refreshes, updates and destroys.
 * Held by `test/upgrade.test.ts`.
 */
export declare const deployment: Provider;
export declare const deploymentApproval: Provider;
export declare const environment: Provider;
export declare const groupProtectedEnvironment: Provider;
export declare const pipeline: Provider;
export declare const projectProtectedEnvironment: Provider;
export declare const reviewAppCleanup: Provider;
export declare const staleEnvironmentsStop: Provider;

type Door = Readonly<Record<string, unknown>>;

/* eslint-disable @typescript-eslint/no-require-imports -- a stack has few kinds of resources, and only theirs are loaded */
const doors: Readonly<Record<DynamicName, () => Door>> = {
  deployment: () => require("./doors/dynamic/deployment") as Door,
  deploymentApproval: () => require("./doors/dynamic/deploymentApproval") as Door,
  environment: () => require("./doors/dynamic/environment") as Door,
  groupProtectedEnvironment: () => require("./doors/dynamic/groupProtectedEnvironment") as Door,
  pipeline: () => require("./doors/dynamic/pipeline") as Door,
  projectProtectedEnvironment: () => require("./doors/dynamic/projectProtectedEnvironment") as Door,
  reviewAppCleanup: () => require("./doors/dynamic/reviewAppCleanup") as Door,
  staleEnvironmentsStop: () => require("./doors/dynamic/staleEnvironmentsStop") as Door,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/* eslint-disable @typescript-eslint/no-unsafe-member-access -- written out, as Node reads the names for `import { … }` from the text of this file */
exports.deployment = undefined;
exports.deploymentApproval = undefined;
exports.environment = undefined;
exports.groupProtectedEnvironment = undefined;
exports.pipeline = undefined;
exports.projectProtectedEnvironment = undefined;
exports.reviewAppCleanup = undefined;
exports.staleEnvironmentsStop = undefined;
/* eslint-enable @typescript-eslint/no-unsafe-member-access */

for (const [name, load] of Object.entries(doors))
  Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });
