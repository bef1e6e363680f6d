import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/environment";
import { type GetArgs, getOptions, isOfType, numbersOf } from "../kind";
import { registration, typeToken } from "./registration";

export interface Environment extends OutputsOf<typeof life.fields> {}
/**
 * An environment of a project: GitLab Free and up; the token needs the Developer role (`api` scope).
 * https://docs.gitlab.com/api/environments/
 *
 * The id is `project:environmentId`, the project as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the environment is still declared: `--target` of the old name alone after a rename without `aliases`, and
 * `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * new gitlab.Environment("production", {
 *   project: "acme/shop", name: "production", tier: "production", externalUrl: "https://shop.example.com",
 * }, { protect: true, dependsOn: [protection] });
 */
export class Environment extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.environment);

  constructor(name: string, args: life.EnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.environment, name, args, opts));
    numbersOf(this, life.environment);
  }

  /** Reads an existing environment by its id, `project:environmentId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Environment {
    return new Environment(name, args as life.EnvironmentArgs, getOptions(id, args, opts));
  }

  /** Whether a value is an `Environment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Environment {
    return isOfType(obj, Environment.__pulumiType);
  }
}
