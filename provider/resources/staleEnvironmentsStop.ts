import * as pulumi from "@pulumi/pulumi";

import { staleDateFault, stopStaleEnvironments } from "../gitlab/reads/actions";
import type { Fields } from "../lifecycle/fields";
import { ranAction } from "../lifecycle/ranAction";
import { dynamicProvider } from "../lifecycle/provider";
import { connectionField, container, date, required, triggersField } from "../lifecycle/rules";
import { type DynamicKind, isKind, registration, type Triggers } from "./base";

/** Arguments of a `StaleEnvironmentsStop`. A change of any of them, but for `connection`, stops anew. */
export interface StaleEnvironmentsStopArgs {
  /** Numeric id or full path of the project, such as `42` or `"acme/shop"`. */
  project: pulumi.Input<string | number>;
  /**
   * Stops what was not changed and not deployed to since; ISO 8601, 10 years to 1 week ago. Checked when it changes, so a
   * date that was right once does not become wrong by waiting.
   */
  before: pulumi.Input<string>;
  /** Any values; a change of one stops anew. */
  triggers?: Triggers;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

const fields = {
  project: container("project"),
  before: required(date("identity")),
  triggers: triggersField,
  connection: connectionField,
} satisfies Fields;

/** The provider that loader texts in users' states name. */
export const staleEnvironmentsStop = dynamicProvider(
  ranAction({
    kind: "StaleEnvironmentsStop",
    idPart: "stale",
    fields,
    complete(inputs, olds) {
      const before = inputs["before"];
      // Anything that is no date was refused above, or is not known yet.
      if (before === olds["before"] || fields.before.faults(before, "before").length > 0) return [];
      const reason = staleDateFault(before as string);
      return reason === undefined ? [] : [{ property: "before", reason }];
    },
    run: (client, inputs) => stopStaleEnvironments(client, inputs as { project: string; before: string }),
  }),
);

const KIND: DynamicKind = { type: "StaleEnvironmentsStop", name: "staleEnvironmentsStop" };

/**
 * Asks GitLab to stop environments that nobody changed or deployed to for long, once per change of its arguments. GitLab
 * works on it in the background and leaves protected environments alone. GitLab Free and up; Maintainer role. Removing it
 * undoes nothing. https://docs.gitlab.com/api/environments/#stop-stale-environments
 *
 * The id is `project:stale:<time of the run>`.
 *
 * @example
 * new gitlab.StaleEnvironmentsStop("spring-clean", { project: "acme/shop", before: "2026-01-01" });
 */
export class StaleEnvironmentsStop extends pulumi.CustomResource {
  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly before: pulumi.Output<string>;
  /** GitLab's words. */
  declare readonly message: pulumi.Output<string>;

  constructor(name: string, args: StaleEnvironmentsStopArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(KIND, name, { message: undefined, ...args }, opts));
  }

  /** Whether a value is a `StaleEnvironmentsStop`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is StaleEnvironmentsStop {
    return isKind(obj, KIND);
  }
}
