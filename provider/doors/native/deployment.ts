import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/deployment";
import { type GetArgs, getOptions, isOfType, numbersOf } from "../kind";
import { registration, typeToken } from "./registration";

export interface Deployment extends OutputsOf<typeof life.fields> {}
/**
 * A deployment recorded through the API, for tools that deploy outside of GitLab CI: GitLab Free and up; the token needs the
 * Developer role (`api` scope) and, in a protected environment, the right to deploy. GitLab keeps every one: the same
 * declaration made anew is a second record, except for a success that repeats the environment's last one (same ref, tag and
 * sha): then GitLab answers with that one, whoever or whatever made it. https://docs.gitlab.com/api/deployments/
 *
 * The id is `project:deploymentId`, the project as spelled when it was created.
 *
 * @example
 * new gitlab.Deployment("release", {
 *   project: "acme/shop", environment: "production", sha: commit, ref: "main", status: "success",
 * });
 */
export class Deployment extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.deployment);

  constructor(name: string, args: life.DeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.deployment, name, args, opts));
    numbersOf(this, life.deployment);
  }

  /** Reads an existing deployment by its id, `project:deploymentId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Deployment {
    return new Deployment(name, args as life.DeploymentArgs, getOptions(id, args, opts));
  }

  /** Whether a value is a `Deployment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Deployment {
    return isOfType(obj, Deployment.__pulumiType);
  }
}
