/** Pulumi resources for GitLab continuous delivery. */
export { Environment, type EnvironmentArgs } from "./resources/environment";
export type { GetArgs } from "./resources/base";
export { isGitLabError, type GitLabErrorKind } from "./gitlab/errors";
