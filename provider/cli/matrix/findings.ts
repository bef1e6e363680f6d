import { compare, itemsOf } from "../collect";
import { type Finding, SEVERITIES } from "../model";
import type { Facts } from "./build";
import { environmentFindings } from "./environmentFindings";
import { ruleFindings } from "./ruleFindings";

/** What somebody should look at, the worst first. */
export function findingsOf(facts: Facts): Finding[] {
  const projectSettings = new Map(
    facts.collected.projects.map((project) => [project.path, project.selfApproval]),
  );
  const findings = [
    ...facts.ruleSets.flatMap(ruleFindings),
    ...facts.rows.flatMap((row) => environmentFindings(row, facts, projectSettings.get(row.project))),
    ...unusedProtections(facts),
    ...unreadable(facts),
  ];
  return findings.sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      compare(a.container, b.container) ||
      compare(a.name ?? "", b.name ?? "") ||
      compare(a.code, b.code),
  );
}

/** A project's rule goes by the exact name: a typo protects nothing. */
function unusedProtections({ ruleSets, collected }: Facts): Finding[] {
  const names = new Map(
    collected.projects.map((project) => [
      project.path,
      itemsOf(project.environments).map(({ name }) => name),
    ]),
  );
  return ruleSets
    .filter((rules) => rules.level === "project" && !names.get(rules.container)?.includes(rules.name))
    .map((rules) => {
      const near = names
        .get(rules.container)
        ?.find((name) => name.toLowerCase() === rules.name.toLowerCase());
      return {
        code: "unused-protection",
        severity: near === undefined ? "info" : "error",
        container: rules.container,
        name: rules.name,
        reason:
          near === undefined
            ? `protects an environment that does not exist. That is right where it is yet to be made.`
            : `protects “${rules.name}”, but the environment is called “${near}”: names are told apart by case, so this protects nothing.`,
        fix:
          near === undefined
            ? "Remove it if the environment is gone for good."
            : `Protect “${near}” instead.`,
      };
    });
}

/** From so many on they are one finding: without a licence for protected environments it is every project. */
const SAME_TROUBLE = 5;

function unreadable({ collected }: Facts): Finding[] {
  const lists = [
    ...[...collected.groups].map(([path, list]) => ({
      path,
      list,
      what: "rules",
      role: "Owner of the group",
    })),
    ...collected.projects.flatMap(({ path, environments, protections }) => [
      { path, list: environments, what: "environments", role: "Reporter" },
      { path, list: protections, what: "rules", role: "Maintainer" },
    ]),
  ];
  const troubles = new Map<string, { paths: string[]; what: string; role: string; refused: string }>();
  for (const { path, list, what, role } of lists) {
    if ("items" in list) continue;
    const { refused } = list;
    const same = troubles.get(what + role + refused) ?? { paths: [], what, role, refused };
    same.paths.push(path);
    troubles.set(what + role + refused, same);
  }
  return [...troubles.values()].flatMap(({ paths, what, role, refused }): Finding[] => {
    const one = paths.length >= SAME_TROUBLE;
    const others = one
      ? ` It is the same for ${paths.length - 1} others, such as ${paths.slice(1, 4).join(", ")}.`
      : "";
    return (one ? paths.slice(0, 1) : paths).map((path) => ({
      code: "unreadable",
      severity: "warning",
      container: path,
      name: undefined,
      reason: `its ${what} cannot be read (${refused}), so this matrix may show less protection than there is.${others}`,
      fix: `Use a token with the role ${role} and the scope read_api. On GitLab Free there are no protected environments.`,
    }));
  });
}
