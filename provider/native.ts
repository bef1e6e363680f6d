/**
 * The same resources and functions, served by the native provider `gitlab-cd`: of the program, whoever changes the import from
 * `pulumi-gitlab-cd` changes nothing else; `Pulumi.yaml` names the provider, and its configuration is below `gitlab-cd:`. Errors of
 * its data functions come from the engine, so that `isGitLabError` knows those of actions only.
 */
export { Deployment } from "./doors/native/deployment";
export { DeploymentApproval } from "./doors/native/deploymentApproval";
export { Environment } from "./doors/native/environment";
export { GroupProtectedEnvironment } from "./doors/native/groupProtectedEnvironment";
export { Pipeline } from "./doors/native/pipeline";
export { ProjectProtectedEnvironment } from "./doors/native/projectProtectedEnvironment";
export { ReviewAppCleanup } from "./doors/native/reviewAppCleanup";
export { StaleEnvironmentsStop } from "./doors/native/staleEnvironmentsStop";
export { Provider, type ProviderArgs } from "./doors/native/provider";
export * from "./doors/native/functions";
export * from "./common";
