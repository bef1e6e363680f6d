import * as pulumi from "@pulumi/pulumi";

import { type CleanedUpEnvironment, cleanUpReviewApps } from "../gitlab/reads/actions";
import type { Fields } from "../lifecycle/fields";
import { ranAction } from "../lifecycle/ranAction";
import { dynamicProvider } from "../lifecycle/provider";
import { connectionField, container, date, flag, integer, triggersField } from "../lifecycle/rules";
import { type DynamicKind, isKind, registration, type Triggers } from "./base";

/** Arguments of a `ReviewAppCleanup`. A change of any of them, but for `connection`, runs another clean-up. */
export interface ReviewAppCleanupArgs {
  /** Numeric id or full path of the project, such as `42` or `"acme/shop"`. */
  project: pulumi.Input<string | number>;
  /** Only environments created before it, ISO 8601. Default: 30 days ago. */
  before?: pulumi.Input<string>;
  /** At most so many, the oldest first: 1–1,000. Default: 100. */
  limit?: pulumi.Input<number>;
  /** Only show what would be deleted. Default: true, so that deleting has to be asked for. */
  dryRun?: pulumi.Input<boolean>;
  /** Any values; a change of one runs another clean-up, such as a date in `YYYY-MM` for one a month. */
  triggers?: Triggers;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

const fields = {
  project: container("project"),
  before: date("identity"),
  limit: integer("identity", 1, 1000),
  dryRun: flag("identity"),
  triggers: triggersField,
  connection: connectionField,
} satisfies Fields;

type Inputs = { project: string; before?: string; limit?: number; dryRun: boolean };

/** The provider that loader texts in users' states name. */
export const reviewAppCleanup = dynamicProvider(
  ranAction({
    kind: "ReviewAppCleanup",
    idPart: "review-apps",
    fields,
    complete(inputs) {
      inputs["dryRun"] ??= true;
      return [];
    },
    run: async (client, inputs) => ({ ...(await cleanUpReviewApps(client, inputs as Inputs)) }),
  }),
);

const KIND: DynamicKind = { type: "ReviewAppCleanup", name: "reviewAppCleanup" };

/**
 * Schedules old stopped review apps (environments named `review/…`) for deletion a week later, once per change of its
 * arguments. A dry run unless `dryRun: false`. GitLab Free and up; Developer role. Removing it undoes nothing.
 * https://docs.gitlab.com/api/environments/#delete-multiple-stopped-review-apps
 *
 * The id is `project:review-apps:<time of the run>`.
 *
 * @example
 * new gitlab.ReviewAppCleanup("monthly", { project: "acme/shop", dryRun: false, triggers: ["2026-05"] });
 */
export class ReviewAppCleanup extends pulumi.CustomResource {
  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly before: pulumi.Output<string | undefined>;
  declare readonly limit: pulumi.Output<number | undefined>;
  declare readonly dryRun: pulumi.Output<boolean>;
  /** What was (or, in a dry run, would have been) scheduled; empty where nothing was found. */
  declare readonly scheduledEntries: pulumi.Output<CleanedUpEnvironment[]>;
  /** What could not be scheduled. */
  declare readonly unprocessableEntries: pulumi.Output<CleanedUpEnvironment[]>;

  constructor(name: string, args: ReviewAppCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { scheduledEntries: undefined, unprocessableEntries: undefined };
    super(...registration(KIND, name, { ...outputs, dryRun: undefined, ...args }, opts));
  }

  /** Whether a value is a `ReviewAppCleanup`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is ReviewAppCleanup {
    return isKind(obj, KIND);
  }
}
