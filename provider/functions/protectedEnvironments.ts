import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import { identity } from "../fields/field";
import { oneOf } from "../fields/schema";
import { TIERS } from "../lifecycle/environment/tiers";
import { call, inGroup, inProject, list, name } from "./arguments";
import { type CallsOf, many, one } from "./call";
import type { ProtectedEnvironmentInfo } from "./protectedEnvironmentInfo";

const IN_GROUP = {
  ...inGroup,
  /** The tier. */
  name: identity(oneOf(TIERS), { required: true }),
  ...call,
};

/** Which protected environment of a group. */
export interface GetGroupProtectedEnvironmentArgs extends PlainArgsOf<typeof IN_GROUP> {}

const OF_GROUP = {
  ...inGroup,
  ...list,
};

/** The protected environments of which group. */
export interface GetGroupProtectedEnvironmentsArgs extends PlainArgsOf<typeof OF_GROUP> {}

const IN_PROJECT = {
  ...inProject,
  /** The environment's name; upper and lower case count. */
  name,
  ...call,
};

/** Which protected environment of a project. */
export interface GetProjectProtectedEnvironmentArgs extends PlainArgsOf<typeof IN_PROJECT> {}

const OF_PROJECT = {
  ...inProject,
  ...list,
};

/** The protected environments of which project. */
export interface GetProjectProtectedEnvironmentsArgs extends PlainArgsOf<typeof OF_PROJECT> {}

export interface ProtectionFunctions {
  /** The rules of a group for one tier. Owner of the group; GitLab Premium. https://docs.gitlab.com/api/group_protected_environments/ */
  getGroupProtectedEnvironment(args: GetGroupProtectedEnvironmentArgs): Promise<ProtectedEnvironmentInfo>;
  /** All rules of a group. Owner of the group; GitLab Premium. https://docs.gitlab.com/api/group_protected_environments/ */
  getGroupProtectedEnvironments(args: GetGroupProtectedEnvironmentsArgs): Promise<ProtectedEnvironmentInfo[]>;
  /** The rules of a project for one environment. Maintainer role; GitLab Premium. https://docs.gitlab.com/api/protected_environments/ */
  getProjectProtectedEnvironment(args: GetProjectProtectedEnvironmentArgs): Promise<ProtectedEnvironmentInfo>;
  /** All rules of a project. Maintainer role; GitLab Premium. https://docs.gitlab.com/api/protected_environments/ */
  getProjectProtectedEnvironments(
    args: GetProjectProtectedEnvironmentsArgs,
  ): Promise<ProtectedEnvironmentInfo[]>;
}

const LIST = "protectedEnvironments";

export const protectionCalls: CallsOf<ProtectionFunctions> = {
  getGroupProtectedEnvironment: one(
    IN_GROUP,
    ({ group, name: tier }) => api`/groups/${group}/protected_environments/${tier}`,
  ),
  getGroupProtectedEnvironments: many(
    LIST,
    OF_GROUP,
    ({ group }) => api`/groups/${group}/protected_environments`,
  ),
  getProjectProtectedEnvironment: one(
    IN_PROJECT,
    ({ project, name: environment }) => api`/projects/${project}/protected_environments/${environment}`,
  ),
  getProjectProtectedEnvironments: many(
    LIST,
    OF_PROJECT,
    ({ project }) => api`/projects/${project}/protected_environments`,
  ),
};
