/** All that there is; `provider/dynamic.ts` loads them one at a time, by these names. */
export { deployment } from "./deployment";
export { deploymentApproval } from "./deploymentApproval";
export { environment } from "./environment";
export { groupProtectedEnvironment } from "./groupProtectedEnvironment";
export { pipeline } from "./pipeline";
export { projectProtectedEnvironment } from "./projectProtectedEnvironment";
export { reviewAppCleanup } from "./reviewAppCleanup";
export { staleEnvironmentsStop } from "./staleEnvironmentsStop";
