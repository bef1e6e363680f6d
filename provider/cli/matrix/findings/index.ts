import type { Row } from "../../../effective/answer";
import { compare, type Facts, itemsOf, type RuleSet } from "../../../effective/facts";
import type { IsProduction } from "../../../effective/production";
import { grouped } from "../../../lifecycle/grouped";
import { type Finding, type Found, SEVERITIES } from "../model";
import { environmentFindings } from "./environment";
import { ruleFindings } from "./rules";
import { unreadable } from "./unreadable";

type Place = Pick<Finding, "level" | "container" | "name" | "rows">;

/** What somebody should look at, the worst first. `rows` are those that are shown; findings about others are left out. */
export function findingsOf(
  facts: Facts,
  rows: readonly Row[],
  isProduction: IsProduction,
  covers: (rules: RuleSet) => boolean,
): Finding[] {
  const sets = [...facts.groups.values(), ...facts.projects].flatMap(({ rules }) =>
    rules === undefined ? [] : itemsOf(rules).filter(covers),
  );
  const byProject = grouped(rows.keys(), (i) => rows[i]?.project.path);
  const covered = rows.flatMap((row, i) => row.rules.map((set) => ({ set, i })));
  const byRules = grouped(covered, ({ set }) => set);
  const forProduction = sets.filter(({ level, name }) => level === "group" && name === "production");
  const found = [
    ...sets.flatMap((rules) =>
      place({ ...rules, rows: (byRules.get(rules) ?? []).map(({ i }) => i) }, [
        ...ruleFindings(facts, rules),
        ...unused(facts, rules),
      ]),
    ),
    ...rows.flatMap((row, i) => {
      const { project, environment } = row;
      const above = forProduction.filter(({ container }) => project.path.startsWith(`${container}/`));
      const at: Place = { level: "project", container: project.path, name: environment.name, rows: [i] };
      return place(at, environmentFindings(facts, row, isProduction(environment), above));
    }),
    ...facts.projects.flatMap(({ path, selfApproval }) => {
      const asked = (byProject.get(path) ?? []).filter((i) => (rows[i]?.answer.required ?? 0) > 0);
      return selfApproval === true && asked.length > 0
        ? place({ level: "project", container: path, name: undefined, rows: asked }, [SELF_APPROVAL])
        : [];
    }),
    ...unreadable(facts).flatMap(({ path, level, ...finding }) =>
      place({ level, container: path, name: undefined, rows: rowsBelow(rows, path) }, [finding]),
    ),
  ];
  return found.sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      compare(a.container, b.container) ||
      compare(a.name ?? "", b.name ?? "") ||
      compare(a.code, b.code) ||
      compare(a.id, b.id),
  );
}

const SELF_APPROVAL: Found = {
  code: "self-approval",
  severity: "warning",
  reason: "asks for approvals, but lets whoever started a deployment approve it.",
  fix: "Turn off “Allow pipeline triggerer to approve deployment” in the project's protected environment settings.",
};

function place({ level, container, name, rows }: Place, found: readonly Found[]): Finding[] {
  return found.map(({ detail, ...finding }) => ({
    ...finding,
    id: [finding.code, container, name, detail].filter((part) => part !== undefined).join(":"),
    level,
    container,
    name,
    rows,
  }));
}

function rowsBelow(rows: readonly Row[], path: string): number[] {
  return rows.flatMap(({ project }, i) =>
    project.path === path || project.path.startsWith(`${path}/`) ? [i] : [],
  );
}

/** A project's rule goes by the exact name: a typo protects nothing. */
function unused(facts: Facts, rules: RuleSet): Found[] {
  if (rules.level === "group") return [];
  const project = facts.projects.find(({ path }) => path === rules.container);
  if (project === undefined || "refused" in project.environments) return [];
  const names = project.environments.items.map(({ name }) => name);
  if (names.includes(rules.name)) return [];
  const near = names.find((name) => name.toLowerCase() === rules.name.toLowerCase());
  return [
    near === undefined
      ? {
          code: "unused-protection",
          severity: "info",
          reason: "protects an environment that does not exist. That is right where it is yet to be made.",
          fix: "Remove it if the environment is gone for good.",
        }
      : {
          code: "unused-protection",
          severity: "error",
          reason: `protects “${rules.name}”, but the environment is called “${near}”: names are told apart by case, so this protects nothing.`,
          fix: `Protect “${near}” instead.`,
        },
  ];
}
