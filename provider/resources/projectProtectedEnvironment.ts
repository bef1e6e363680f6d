import * as pulumi from "@pulumi/pulumi";

import { dynamicProvider } from "../lifecycle/provider";
import { PROTECTED_NAME } from "../lifecycle/environment/environmentName";
import { text } from "../lifecycle/rules";
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

/** Arguments of a `ProjectProtectedEnvironment`. */
export interface ProjectProtectedEnvironmentArgs extends ProtectionArgs {
  /**
   * Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another spelling of the same project is an update
   * without a write (both are looked up); another project replaces.
   */
  project: pulumi.Input<string | number>;
  /**
   * Name of one environment (no pattern), upper and lower case told apart: at most 255 letters, digits, spaces and `-_/$\{\}.`,
   * no `/` at its ends, not `.` or `..`. It need not exist yet: protect first, and let the environment depend on the
   * protection. Changing it replaces, the new one first.
   */
  name: pulumi.Input<string>;
}

/** The provider that loader texts in users' states name. */
export const projectProtectedEnvironment = dynamicProvider(
  protectionLifecycle("ProjectProtectedEnvironment", "project", text("identity", PROTECTED_NAME)),
);

const KIND: DynamicKind = { type: "ProjectProtectedEnvironment", name: "projectProtectedEnvironment" };

/**
 * Who may deploy to an environment of a project, and who must approve; in addition to what the groups above demand for its
 * tier. GitLab Premium and up; the token needs the Maintainer role in the project (`api` scope; no job token).
 * https://docs.gitlab.com/api/protected_environments/
 *
 * The id is `project:name`, the project as spelled when it was created.
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
  static readonly __pulumiType = typeToken(KIND);

  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  /** As GitLab holds them, in declared order. Entry ids are unknown in previews of updates. */
  declare readonly deployAccessLevels: pulumi.Output<DeployAccessLevel[]>;
  /** As GitLab holds them, in declared order. Entry ids are unknown in previews of updates. */
  declare readonly approvalRules: pulumi.Output<ApprovalRule[]>;
  /** Legacy approvals for the whole environment, 0–5; read only. Unknown in previews of updates. */
  declare readonly requiredApprovalCount: pulumi.Output<number>;

  constructor(name: string, args: ProjectProtectedEnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(KIND, name, { ...OUTPUTS, ...args }, opts));
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
      args as ProjectProtectedEnvironmentArgs,
      getOptions(id, opts),
    );
  }

  /** Whether a value is a `ProjectProtectedEnvironment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is ProjectProtectedEnvironment {
    return isKind(obj, KIND);
  }
}

/** Named so that they become outputs of the class even where nobody declares them. */
const OUTPUTS = { project: undefined, ...PROTECTION_OUTPUTS };
