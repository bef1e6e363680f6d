import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/deploymentApproval";
import { type GetArgs, getOptions, isOfType } from "../kind";
import { registration, typeToken } from "./registration";

export interface DeploymentApproval extends OutputsOf<typeof life.fields> {}
/**
 * A decision about a deployment that waits for approval, taken by the user of its `connection`. GitLab Premium and up; the
 * user must be named by an approval rule and, unless the project allows it, cannot approve what they deployed themselves. Under
 * rules an approval starts nothing: the job is run by hand. GitLab cannot take a decision back: removing the resource only
 * forgets it.
 * https://docs.gitlab.com/api/deployments/#approve-or-reject-a-blocked-deployment
 *
 * The id is `project:deploymentId:userId`, followed by `:representedAs` where that is set.
 *
 * @example
 * new gitlab.DeploymentApproval("qa", {
 *   project: "acme/shop", deploymentId: waiting.id, status: "approved", comment: "tests are green", connection: "qa-bot",
 * });
 */
export class DeploymentApproval extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.deploymentApproval);

  constructor(name: string, args: life.DeploymentApprovalArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.deploymentApproval, name, args, opts));
  }

  /** Reads an existing decision by its id, `project:deploymentId:userId(:representedAs)`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): DeploymentApproval {
    return new DeploymentApproval(name, args as life.DeploymentApprovalArgs, getOptions(id, args, opts));
  }

  /** Whether a value is a `DeploymentApproval`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is DeploymentApproval {
    return isOfType(obj, DeploymentApproval.__pulumiType);
  }
}
