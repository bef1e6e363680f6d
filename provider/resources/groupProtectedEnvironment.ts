import { container } from "../fields/container";
import { type Fields, identity } from "../fields/field";
import { oneOf } from "../fields/schema";
import type { ArgsOf } from "../fields/types";
import type { WireProtectedEnvironment } from "../gitlab/answer/types";
import { TIERS } from "../lifecycle/environment/tiers";
import { protectionFields, protectionLife } from "./protectedEnvironment";

export const fields = {
  /**
   * Numeric id or full path of the group, such as `7` or `"acme"`. Another spelling of the same group is an update without
   * a write (both are looked up); another group replaces.
   */
  group: container("group"),
  /** The tier it protects in all projects below the group. Changing it replaces, the new one first. */
  name: identity(oneOf(TIERS), { required: true, wire: "name", alsoCalled: ["environment"] }),
  ...protectionFields,
} satisfies Fields<WireProtectedEnvironment>;

/** Arguments of a `GroupProtectedEnvironment`. */
export interface GroupProtectedEnvironmentArgs extends ArgsOf<typeof fields> {}

/**
 * Who may deploy to a tier, and who must approve, in every project below a group. A project's own protection adds to it and
 * cannot loosen it. GitLab Premium and up; the token needs the Owner role in the group (`api` scope; no job token).
 * https://docs.gitlab.com/api/group_protected_environments/
 *
 * The id is `group:name`, the group as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the protection is still declared: `--target` of the old name alone (or `--exclude` of the new one) after a rename
 * without `aliases`, and `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * new gitlab.GroupProtectedEnvironment("acme-production", {
 *   group: "acme", name: "production",
 *   deployAccessLevels: [{ groupPath: "acme/release" }, { accessLevel: gitlab.AccessLevel.Maintainer }],
 *   approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }],
 * }, { protect: true });
 */
export const groupProtectedEnvironment = protectionLife("GroupProtectedEnvironment", "group", fields);
