/**
 * The loader's contract. Every state that users keep refers to this module's path in the package and to the names it
 * exports: they never move and are never renamed; a retired one stays and still refreshes, updates and destroys.
 * Held by `test/upgrade.test.ts`.
 */
export { deployment } from "./doors/dynamic/deployment";
export { deploymentApproval } from "./doors/dynamic/deploymentApproval";
export { environment } from "./doors/dynamic/environment";
export { groupProtectedEnvironment } from "./doors/dynamic/groupProtectedEnvironment";
export { pipeline } from "./doors/dynamic/pipeline";
export { projectProtectedEnvironment } from "./doors/dynamic/projectProtectedEnvironment";
export { reviewAppCleanup } from "./doors/dynamic/reviewAppCleanup";
export { staleEnvironmentsStop } from "./doors/dynamic/staleEnvironmentsStop";

export type { DynamicName } from "./doors/dynamic/registration";
