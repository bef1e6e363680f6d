import { count } from "../text";
import { allProtections, isExact } from "./declarations";
import type { Existing } from "./read";

/** What was written and what was not, counted and named; a file of data has no place for what somebody has to decide. */
export function summary(existing: Existing, canComment = true): string[] {
  const ofProjects = existing.projects.flatMap(({ protections }) => protections);
  const undecided = allProtections(existing).filter((each) => !isExact(each));
  const environments = existing.projects.reduce((sum, project) => sum + project.environments.length, 0);
  const written = [
    count(existing.protections.filter(isExact).length, "group protection"),
    count(ofProjects.filter(isExact).length, "project protection"),
    `${count(environments, "environment")} of ${count(existing.projects.length, "project")}`,
  ];
  const { excluded, missing } = existing;
  return [
    `Declared: ${written.join(", ")}.`,
    ...(excluded === 0 ? [] : [`Left out as asked: ${count(excluded, "environment")}.`]),
    ...(undecided.length === 0
      ? []
      : [
          `To decide, ${canComment ? "in the program as comments" : "left out of the file"}: ${undecided.length}.`,
        ]),
    ...undecided.map(
      ({ container, name, differences }) => `  ${container} ${name}: ${differences.join(". ")}.`,
    ),
    ...(missing.length === 0 ? [] : [`Not imported: ${missing.length}.`]),
    ...missing.map((what) => `  ${what}.`),
  ];
}
