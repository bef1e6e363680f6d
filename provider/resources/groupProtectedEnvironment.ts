import * as pulumi from "@pulumi/pulumi";

import { dynamicProvider } from "../lifecycle/provider";
import { oneOf } from "../lifecycle/rules";
import { type Tier, TIERS } from "../lifecycle/environment/tiers";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  typeToken,
} from "../doors/dynamic/registration";
import {
  type ApprovalRule,
  type DeployAccessLevel,
  PROTECTION_OUTPUTS,
  type ProtectionArgs,
  protectionLifecycle,
} from "./protectedEnvironment";

/** Arguments of a `GroupProtectedEnvironment`. */
export interface GroupProtectedEnvironmentArgs extends ProtectionArgs {
  /**
   * Numeric id or full path of the group, such as `7` or `"acme"`. Another spelling of the same group is an update without
   * a write (both are looked up); another group replaces.
   */
  group: pulumi.Input<string | number>;
  /** The tier it protects in all projects below the group. Changing it replaces, the new one first. */
  name: pulumi.Input<Tier>;
}

/** The provider that loader texts in users' states name. */
export const groupProtectedEnvironment = dynamicProvider(
  protectionLifecycle("GroupProtectedEnvironment", "group", oneOf("identity", TIERS)),
);

const KIND: DynamicKind = { type: "GroupProtectedEnvironment", name: "groupProtectedEnvironment" };

/**
 * Who may deploy to a tier, and who must approve, in every project below a group. A project's own protection adds to it and
 * cannot loosen it. GitLab Premium and up; the token needs the Owner role in the group (`api` scope; no job token).
 * https://docs.gitlab.com/api/group_protected_environments/
 *
 * The id is `group:name`, the group as spelled when it was created.
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
  static readonly __pulumiType = typeToken(KIND);

  /** Id or full path of the group, as declared. */
  declare readonly group: pulumi.Output<string>;
  declare readonly name: pulumi.Output<Tier>;
  /** As GitLab holds them, in declared order. Entry ids are unknown in previews of updates. */
  declare readonly deployAccessLevels: pulumi.Output<DeployAccessLevel[]>;
  /** As GitLab holds them, in declared order. Entry ids are unknown in previews of updates. */
  declare readonly approvalRules: pulumi.Output<ApprovalRule[]>;
  /** Legacy approvals for the whole tier, 0–5; read only. Any update of a group's protection sets it to 0. Unknown in previews of updates. */
  declare readonly requiredApprovalCount: pulumi.Output<number>;

  constructor(name: string, args: GroupProtectedEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(KIND, name, { ...OUTPUTS, ...args }, opts));
  }

  /** Reads an existing protection by its id, `group:name`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): GroupProtectedEnvironment {
    return new GroupProtectedEnvironment(name, args as GroupProtectedEnvironmentArgs, getOptions(id, opts));
  }

  /** Whether a value is a `GroupProtectedEnvironment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is GroupProtectedEnvironment {
    return isKind(obj, KIND);
  }
}

/** Named so that they become outputs of the class even where nobody declares them. */
const OUTPUTS = { group: undefined, ...PROTECTION_OUTPUTS };
