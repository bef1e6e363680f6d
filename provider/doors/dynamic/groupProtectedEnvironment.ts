import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/groupProtectedEnvironment";
import { type GetArgs, getOptions, isOfType } from "../kind";
import { registration, typeToken } from "./registration";

export interface GroupProtectedEnvironment extends OutputsOf<typeof life.fields> {}
/**
 * Who may deploy to a tier, and who must approve, in every project below a group. A project's own protection adds to it and
 * cannot loosen it. GitLab Premium and up; the token needs the Owner role in the group (`api` scope; no job token).
 * https://docs.gitlab.com/api/group_protected_environments/
 *
 * The id is `group:name`, the group as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the protection is still declared: `--target` of the old name alone after a rename without `aliases`, and
 * `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * new gitlab.GroupProtectedEnvironment("acme-production", {
 *   group: "acme", name: "production",
 *   deployAccessLevels: [{ groupPath: "acme/release" }, { accessLevel: gitlab.AccessLevel.Maintainer }],
 *   approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }],
 * }, { protect: true });
 */
export class GroupProtectedEnvironment extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.groupProtectedEnvironment);

  constructor(name: string, args: life.GroupProtectedEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.groupProtectedEnvironment, name, args, opts));
  }

  /** Reads an existing protection by its id, `group:name`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): GroupProtectedEnvironment {
    return new GroupProtectedEnvironment(
      name,
      args as life.GroupProtectedEnvironmentArgs,
      getOptions(id, args, opts),
    );
  }

  /** Whether a value is a `GroupProtectedEnvironment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is GroupProtectedEnvironment {
    return isOfType(obj, GroupProtectedEnvironment.__pulumiType);
  }
}
