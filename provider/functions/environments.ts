import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import { identity } from "../fields/field";
import { integer } from "../fields/schema";
import type { InputsOf, PlainArgsOf } from "../fields/types";
import { call, CallError, enumFilter, exclusive, inProject, list, queryOf, textFilter } from "./arguments";
import { asking, type CallsOf, many } from "./call";
import type { EnvironmentDetails, EnvironmentInfo } from "./environmentInfo";

const ONE = {
  ...inProject,
  /** GitLab's numeric id. */
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

export interface EnvironmentFunctions {
  /** One environment, with its latest successful deployment. Reporter role. https://docs.gitlab.com/api/environments/ */
  getEnvironment(args: GetEnvironmentArgs): Promise<EnvironmentDetails>;
  /** The environments of a project. Reporter role. https://docs.gitlab.com/api/environments/ */
  getEnvironments(args: GetEnvironmentsArgs): Promise<EnvironmentInfo[]>;
}

export const environmentCalls: CallsOf<EnvironmentFunctions> = {
  getEnvironment: asking(ONE, readOne, { rules: exactlyOne }),
  getEnvironments: many("environments", MANY, ({ project }) => api`/projects/${project}/environments`, {
    rules: searchRules,
  }),
};

async function readOne(client: GitLabClient, inputs: InputsOf<typeof ONE>): Promise<unknown> {
  const { project, environmentId, name } = inputs;
  const path = api`/projects/${project}/environments`;
  const found =
    name === undefined ? [] : await client.list<{ id: number }>(path, queryOf(ONE, { ...inputs }));
  const id = environmentId ?? found[0]?.id;
  if (id === undefined) {
    throw new CallError(
      `getEnvironment: the project ${project} has no environment ${JSON.stringify(name)} that this token can see. ` +
        `Upper and lower case count.`,
    );
  }
  return client.get(api`/projects/${project}/environments/${id}`);
}

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
