import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/projectProtectedEnvironment";
import { type GetArgs, getOptions, isOfType } from "../kind";
import { registration, typeToken } from "./registration";

export interface ProjectProtectedEnvironment extends OutputsOf<typeof life.fields> {}
/**
 * Who may deploy to an environment of a project, and who must approve; in addition to what the groups above demand for its
 * tier. GitLab Premium and up; the token needs the Maintainer role in the project (`api` scope; no job token).
 * https://docs.gitlab.com/api/protected_environments/
 *
 * The id is `project:name`, the project as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the protection is still declared: `--target` of the old name alone after a rename without `aliases`, and
 * `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * const protection = new gitlab.ProjectProtectedEnvironment("shop-production", {
 *   project: "acme/shop", name: "production",
 *   deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Maintainer }],
 *   approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }],
 * }, { protect: true });
 */
export class ProjectProtectedEnvironment extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.projectProtectedEnvironment);

  constructor(name: string, args: life.ProjectProtectedEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.projectProtectedEnvironment, name, args, opts));
  }

  /** Reads an existing protection by its id, `project:name`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): ProjectProtectedEnvironment {
    return new ProjectProtectedEnvironment(
      name,
      args as life.ProjectProtectedEnvironmentArgs,
      getOptions(id, args, opts),
    );
  }

  /** Whether a value is a `ProjectProtectedEnvironment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is ProjectProtectedEnvironment {
    return isOfType(obj, ProjectProtectedEnvironment.__pulumiType);
  }
}
