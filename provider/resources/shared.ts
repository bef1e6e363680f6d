import { container } from "../fields/container";
import { connection } from "../fields/field";

/** Fields that several resources have. */

export const inProject = {
  /**
   * Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another spelling of the same project is an update
   * without a write (both are looked up); another project replaces.
   */
  project: container("project"),
};

export const connected = {
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection,
};
