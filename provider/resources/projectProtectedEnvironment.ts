import { inProject } from "../fields/container";
import { type Fields, identity } from "../fields/field";
import { text } from "../fields/schema";
import type { ArgsOf } from "../fields/types";
import type { WireProtectedEnvironment } from "../gitlab/answer/types";
import { PROTECTED_NAME } from "../lifecycle/environment/name";
import { protectionFields, protectionLife } from "./protectedEnvironment";

export const fields = {
  ...inProject,
  /**
   * Name of one environment (no pattern), upper and lower case told apart: at most 255 letters, digits, spaces and `- _ / $ { } .`,
   * no `/` at its ends, not `.` or `..`. It need not exist yet: protect first, and let the environment depend on the
   * protection. Changing it replaces, the new one first.
   */
  name: identity(text(PROTECTED_NAME), { required: true, wire: "name", alsoCalled: ["environment"] }),
  ...protectionFields,
} satisfies Fields<WireProtectedEnvironment>;

/** Arguments of a `ProjectProtectedEnvironment`. */
export interface ProjectProtectedEnvironmentArgs extends ArgsOf<typeof fields> {}

/**
 * Who may deploy to an environment of a project, and who must approve; in addition to what the groups above demand for its
 * tier. GitLab Premium and up; the token needs the Maintainer role in the project (`api` scope; no job token).
 * https://docs.gitlab.com/api/protected_environments/
 *
 * The id is `project:name`, the project as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the protection is still declared: `--target` of the old name alone (or `--exclude` of the new one) after a rename
 * without `aliases`, and `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * const protection = new gitlab.ProjectProtectedEnvironment("shop-production", {
 *   project: "acme/shop", name: "production",
 *   deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Maintainer }],
 *   approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }],
 * }, { protect: true });
 */
export const projectProtectedEnvironment = protectionLife("ProjectProtectedEnvironment", "project", fields);
