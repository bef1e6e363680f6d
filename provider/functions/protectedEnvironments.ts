import { api } from "../gitlab/request/paths";
import type { PlainArgsOf } from "../fields/types";
import { identity } from "../fields/field";
import { oneOf } from "../fields/schema";
import { TIERS } from "../lifecycle/environment/tiers";
import { call, checkArgs, inGroup, inProject, list, name } from "./arguments";
import { getList, getOne, outputForm } from "./call";
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

/** The rules of a group for one tier. Owner of the group; GitLab Premium. https://docs.gitlab.com/api/group_protected_environments/ */
export async function getGroupProtectedEnvironment(
  args: GetGroupProtectedEnvironmentArgs,
): Promise<ProtectedEnvironmentInfo> {
  const inputs = checkArgs("getGroupProtectedEnvironment", IN_GROUP, args);
  return getOne(inputs, api`/groups/${args.group}/protected_environments/${args.name}`);
}
/** `getGroupProtectedEnvironment` for arguments that come from resources. */
export const getGroupProtectedEnvironmentOutput = outputForm(getGroupProtectedEnvironment);

/** The rules of a group for all its tiers. Owner of the group; GitLab Premium. https://docs.gitlab.com/api/group_protected_environments/ */
export async function getGroupProtectedEnvironments(
  args: GetGroupProtectedEnvironmentsArgs,
): Promise<ProtectedEnvironmentInfo[]> {
  const inputs = checkArgs("getGroupProtectedEnvironments", OF_GROUP, args);
  return getList(OF_GROUP, inputs, api`/groups/${args.group}/protected_environments`);
}
/** `getGroupProtectedEnvironments` for arguments that come from resources. */
export const getGroupProtectedEnvironmentsOutput = outputForm(getGroupProtectedEnvironments);

/** The rules of a project for one environment. Maintainer role; GitLab Premium. https://docs.gitlab.com/api/protected_environments/ */
export async function getProjectProtectedEnvironment(
  args: GetProjectProtectedEnvironmentArgs,
): Promise<ProtectedEnvironmentInfo> {
  const inputs = checkArgs("getProjectProtectedEnvironment", IN_PROJECT, args);
  return getOne(inputs, api`/projects/${args.project}/protected_environments/${args.name}`);
}
/** `getProjectProtectedEnvironment` for arguments that come from resources. */
export const getProjectProtectedEnvironmentOutput = outputForm(getProjectProtectedEnvironment);

/** The rules of a project for all its environments. Maintainer role; GitLab Premium. https://docs.gitlab.com/api/protected_environments/ */
export async function getProjectProtectedEnvironments(
  args: GetProjectProtectedEnvironmentsArgs,
): Promise<ProtectedEnvironmentInfo[]> {
  const inputs = checkArgs("getProjectProtectedEnvironments", OF_PROJECT, args);
  return getList(OF_PROJECT, inputs, api`/projects/${args.project}/protected_environments`);
}
/** `getProjectProtectedEnvironments` for arguments that come from resources. */
export const getProjectProtectedEnvironmentsOutput = outputForm(getProjectProtectedEnvironments);
