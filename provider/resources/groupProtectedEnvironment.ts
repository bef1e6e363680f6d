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

export const groupProtectedEnvironment = protectionLife("GroupProtectedEnvironment", "group", fields);
