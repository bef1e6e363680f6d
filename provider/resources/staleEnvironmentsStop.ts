import { inProject } from "../fields/container";
import { answer, connected, type Fields, identity, trigger } from "../fields/field";
import { date, text, triggerValues } from "../fields/schema";
import type { ArgsOf } from "../fields/types";
import { staleDateFault, stopStaleEnvironments } from "../gitlab/reads/actions";
import { ranAction } from "../lifecycle/ranAction";

export const fields = {
  ...inProject,
  /**
   * Stops what was not changed and not deployed to since; ISO 8601, 10 years to 1 week ago. Checked when it changes, so a
   * date that was right once does not become wrong by waiting.
   */
  before: identity(date(), { required: true }),
  /** A list or an object of any values; a change of one stops anew. Default: none. */
  triggers: trigger(triggerValues),
  ...connected,
  /** GitLab's words. Unknown in previews of updates. */
  message: answer(text(), "message"),
} satisfies Fields<{ message: string }>;

/** Arguments of a `StaleEnvironmentsStop`. Any change stops anew, but for another spelling of the same project or GitLab. */
export interface StaleEnvironmentsStopArgs extends ArgsOf<typeof fields> {}

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
export const staleEnvironmentsStop = ranAction({
  kind: "StaleEnvironmentsStop",
  idPart: "stale",
  called: "stop of stale environments in",
  fields,
  complete(inputs, olds) {
    const before = inputs["before"];
    // Anything that is no date was refused above, or is not known yet.
    if (before === olds["before"] || fields.before.faults(before, "before").length > 0) return [];
    const reason = staleDateFault(before as string);
    return reason === undefined ? [] : [{ property: "before", reason }];
  },
  run: stopStaleEnvironments,
});
