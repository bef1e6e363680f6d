/** Pulumi resources for GitLab continuous delivery. */
export { Deployment } from "./doors/dynamic/deployment";
export { DeploymentApproval } from "./doors/dynamic/deploymentApproval";
export { Environment } from "./doors/dynamic/environment";
export { GroupProtectedEnvironment } from "./doors/dynamic/groupProtectedEnvironment";
export { Pipeline } from "./doors/dynamic/pipeline";
export { ProjectProtectedEnvironment } from "./doors/dynamic/projectProtectedEnvironment";
export { ReviewAppCleanup } from "./doors/dynamic/reviewAppCleanup";
export { StaleEnvironmentsStop } from "./doors/dynamic/staleEnvironmentsStop";
export * from "./doors/dynamic/functions";
export * from "./common";
