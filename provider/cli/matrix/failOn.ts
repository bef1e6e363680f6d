import type { Changes } from "./changes/fold";
import { openFindings } from "./head";
import { type Code, type Matrix, SEVERITIES } from "./model";

export const FAIL_ON = [...SEVERITIES, "weaker"] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** What hides the answer: a gate that cannot see must not open. */
const BLIND: readonly Code[] = ["unreadable", "people-unknown"];

/** Why the run is to fail; empty where it is not. */
export function failsOn(matrix: Matrix, changes: Changes | undefined, failOn: FailOn): string[] {
  const open = openFindings(matrix);
  const blind = open.filter(({ code }) => BLIND.includes(code)).length;
  const reasons =
    blind > 0 ? [`${blind} findings say what could not be read or known, and that counts.`] : [];
  if (failOn === "weaker") {
    const weaker = (changes?.all ?? []).filter(
      ({ kind, after }) =>
        kind === "weaker" ||
        kind === "both" ||
        (kind === "new" && after?.deploy.some(({ tone }) => tone === "bad")),
    ).length;
    const notes = changes?.notes.length ?? 0;
    return [
      ...reasons,
      ...(weaker > 0 ? [`${weaker} environments are weaker.`] : []),
      ...(notes > 0 ? [`${notes} parts of the change could not be judged.`] : []),
    ];
  }
  const worst = SEVERITIES.indexOf(failOn);
  const bad = open.filter(
    ({ severity, code }) => SEVERITIES.indexOf(severity) <= worst && !BLIND.includes(code),
  ).length;
  return bad > 0 ? [...reasons, `${bad} findings are as bad or worse.`] : reasons;
}
