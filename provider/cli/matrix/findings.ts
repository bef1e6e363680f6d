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

function unreadable({ collected }: Facts): Finding[] {
  const groups = [...collected.groups].map(([path, list]) => ({
    path,
    list,
    what: "rules",
    role: "Owner of the group",
  }));
  const projects = collected.projects.flatMap(({ path, environments, protections }) => [
    { path, list: environments, what: "environments", role: "Reporter" },
    { path, list: protections, what: "rules", role: "Maintainer" },
  ]);
  return [...groups, ...projects].flatMap(({ path, list, what, role }) =>
    "items" in list
      ? []
      : [
          {
            code: "unreadable",
            severity: "warning" as const,
            container: path,
            name: undefined,
            reason: `its ${what} cannot be read (${list.refused}), so this matrix may show less protection than there is.`,
            fix: `Use a token with the role ${role} and the scope read_api. On GitLab Free there are no protected environments.`,
          },
        ],
  );
}
