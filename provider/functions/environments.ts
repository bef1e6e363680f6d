import { RunError } from "@pulumi/pulumi";

import { api } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import { identity } from "../fields/field";
import { integer } from "../fields/schema";
import type { PlainArgsOf } from "../fields/types";
import { call, checkArgs, enumFilter, exclusive, inProject, list, queryOf, textFilter } from "./arguments";
import { ask, getList, outputForm } from "./call";
import type { EnvironmentDetails, EnvironmentInfo } from "./environmentInfo";

const ONE = {
  ...inProject,
  environmentId: identity(integer(1)),
  /** Exact name; costs one more request than the id. */
  name: textFilter,
  ...call,
};

/** Which environment: exactly one of `environmentId` and `name`. */
export interface GetEnvironmentArgs extends PlainArgsOf<typeof ONE> {}

const MANY = {
  ...inProject,
  /** Exact name. Not together with `search`. */
  name: textFilter,
  /** The beginning of the name, or of its part inside a folder (`fix` finds `review/fix-foo`), at least 3 characters, in any case. */
  search: textFilter,
  /** One state. Default: all of them. */
  states: enumFilter("available", "stopping", "stopped"),
  ...list,
};

/** Which environments of a project; without filters all of them, by id. */
export interface GetEnvironmentsArgs extends PlainArgsOf<typeof MANY> {}

/** One environment, with its latest successful deployment. Reporter role. https://docs.gitlab.com/api/environments/ */
export async function getEnvironment(args: GetEnvironmentArgs): Promise<EnvironmentDetails> {
  const inputs = checkArgs("getEnvironment", ONE, args, exactlyOne);
  const path = api`/projects/${args.project}/environments`;
  return ask(inputs, async (client) => {
    const found =
      inputs["name"] === undefined ? [] : await client.list<{ id: number }>(path, queryOf(ONE, inputs));
    const id = args.environmentId ?? found[0]?.id;
    if (id === undefined) {
      throw new RunError(
        `getEnvironment: the project ${args.project} has no environment ${JSON.stringify(args.name)} that this token can see. ` +
          `Upper and lower case count.`,
      );
    }
    return client.get(api`/projects/${args.project}/environments/${id}`);
  });
}
/** `getEnvironment` for arguments that come from resources. */
export const getEnvironmentOutput = outputForm(getEnvironment);

/** The environments of a project. Reporter role. https://docs.gitlab.com/api/environments/ */
export async function getEnvironments(args: GetEnvironmentsArgs): Promise<EnvironmentInfo[]> {
  const inputs = checkArgs("getEnvironments", MANY, args, searchRules);
  return getList(MANY, inputs, api`/projects/${args.project}/environments`);
}
/** `getEnvironments` for arguments that come from resources. */
export const getEnvironmentsOutput = outputForm(getEnvironments);

function exactlyOne(inputs: Props): Failure[] {
  const given = ["environmentId", "name"].filter((key) => inputs[key] !== undefined);
  return given.length === 1
    ? []
    : [{ property: "environmentId", reason: "or name is required, and not both of them" }];
}

const SHORTEST_SEARCH = 3;

function searchRules(inputs: Props): Failure[] {
  const search = inputs["search"] as string | undefined;
  const short = search !== undefined && [...search].length < SHORTEST_SEARCH;
  return [
    ...exclusive(inputs, "name", "search"),
    ...(short ? [{ property: "search", reason: `must have at least ${SHORTEST_SEARCH} characters` }] : []),
  ];
}
