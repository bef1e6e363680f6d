import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/reviewAppCleanup";
import { isOfType } from "../kind";
import { registration, typeToken } from "./registration";

export interface ReviewAppCleanup extends OutputsOf<typeof life.fields> {}
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
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.reviewAppCleanup);

  constructor(name: string, args: life.ReviewAppCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.reviewAppCleanup, name, args, opts));
  }

  /** Whether a value is a `ReviewAppCleanup`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is ReviewAppCleanup {
    return isOfType(obj, ReviewAppCleanup.__pulumiType);
  }
}
