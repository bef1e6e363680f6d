import { api } from "../gitlab/request/paths";
import type { Fields } from "../lifecycle/fields";
import { required, oneOf } from "../lifecycle/rules";
import { TIERS, type Tier } from "../lifecycle/environment/tiers";
import { checkArgs, connection, group, limit, name, project } from "./arguments";
import { type CallArgs, getList, getOne, type ListArgs, outputForm } from "./call";
import type { ProtectedEnvironmentInfo } from "./protectedEnvironmentInfo";

/** Which protected environment of a group. */
export interface GetGroupProtectedEnvironmentArgs extends CallArgs {
  /** Numeric id or full path of the group. */
  group: string | number;
  /** The tier. */
  name: Tier;
}

/** The protected environments of which group. */
export interface GetGroupProtectedEnvironmentsArgs extends ListArgs {
  /** Numeric id or full path of the group. */
  group: string | number;
}

/** Which protected environment of a project. */
export interface GetProjectProtectedEnvironmentArgs extends CallArgs {
  /** Numeric id or full path of the project. */
  project: string | number;
  /** The environment's name; upper and lower case count. */
  name: string;
}

/** The protected environments of which project. */
export interface GetProjectProtectedEnvironmentsArgs extends ListArgs {
  /** Numeric id or full path of the project. */
  project: string | number;
}

const IN_GROUP: Fields = { group, name: required(oneOf("identity", TIERS)), connection };
const OF_GROUP: Fields = { group, limit, connection };
const IN_PROJECT: Fields = { project, name, connection };
const OF_PROJECT: Fields = { project, limit, connection };

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
