import { inProject } from "../fields/container";
import { answer, connected, type Fields, identity, trigger } from "../fields/field";
import { date, flag, given, integer, triggerValues } from "../fields/schema";
import type { ArgsOf } from "../fields/types";
import {
  type CleanedUpEnvironment,
  cleanUpReviewApps,
  type ReviewAppCleanupResult,
} from "../gitlab/reads/actions";
import { ranAction } from "../lifecycle/ranAction";

export const fields = {
  ...inProject,
  /** Only environments created before it, ISO 8601. Default: 30 days ago. */
  before: identity(date()),
  /** At most so many, the oldest first: 1–1,000. Default: 100. */
  limit: identity(integer(1, 1000)),
  /** Only show what would be deleted. Default: true, so that deleting has to be asked for. */
  dryRun: identity(flag(), { default: true }),
  /** A list or an object of any values; a change of one runs another clean-up, such as `YYYY-MM` for one a month. Default: none. */
  triggers: trigger(triggerValues),
  ...connected,
  /** What was (or, in a dry run, would have been) scheduled; empty where nothing was found. Unknown in previews of updates. */
  scheduledEntries: answer(given<CleanedUpEnvironment[]>(), "scheduledEntries"),
  /** Empty: where the user may not delete one of them, GitLab schedules none, and the `up` fails. Unknown in previews of updates. */
  unprocessableEntries: answer(given<CleanedUpEnvironment[]>(), "unprocessableEntries"),
} satisfies Fields<ReviewAppCleanupResult>;

/** Arguments of a `ReviewAppCleanup`. Any change runs another clean-up, but for another spelling of the same project or GitLab. */
export interface ReviewAppCleanupArgs extends ArgsOf<typeof fields> {}

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
export const reviewAppCleanup = ranAction({
  kind: "ReviewAppCleanup",
  idPart: "review-apps",
  called: "clean-up of review apps in",
  fields,
  run: cleanUpReviewApps,
});
