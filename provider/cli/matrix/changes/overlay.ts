import {
  type EnvironmentFacts,
  type Facts,
  itemsOf,
  type ProjectFacts,
  type RuleSet,
} from "../../../effective/facts";
import { guessTier, TIERS } from "../../../lifecycle/environment/tiers";
import { Directory } from "./declared";
import { entries, said, type Scalar, scalar, type Step } from "./preview";

/** The facts as they would be after these steps, and what could not be told. */
export function overlay(facts: Facts, steps: readonly Step[]): { facts: Facts; notes: string[] } {
  const directory = new Directory(facts);
  const projects = new Map(facts.projects.map((project) => [project.id, project]));
  const find = (reference: Scalar): ProjectFacts | undefined => {
    const text = said(reference);
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text)) return projects.get(Number(text));
    return [...projects.values()].find(({ path }) => path.toLowerCase() === text.toLowerCase());
  };
  const outside = (what: string, reference: Scalar): void => {
    const text = said(reference);
    const name = text === undefined ? `a ${what} that is known after apply` : `${what} ${text}`;
    directory.notes.add(`What is declared in ${name} is not shown: it is not in the matrix.`);
  };
  // What goes, goes first: the new one of a replacement may have the same name.
  for (const step of [...steps].sort(
    (a, b) => Number(a.after !== undefined) - Number(b.after !== undefined),
  )) {
    const inputs = step.after ?? step.before ?? {};
    if (step.type === "GroupProtectedEnvironment") {
      const group = directory.group(scalar(inputs, "group"));
      if (group?.rules === undefined || group.path === undefined) {
        outside("group", scalar(inputs, "group"));
        continue;
      }
      const rules = changedRules(directory, step, "group", group.path, itemsOf(group.rules));
      directory.groups.set(group.id, { ...group, rules: { items: rules } });
      continue;
    }
    const project = find(scalar(inputs, "project"));
    if (project === undefined) {
      outside("project", scalar(inputs, "project"));
    } else if (step.type === "ProjectProtectedEnvironment") {
      const rules = changedRules(directory, step, "project", project.path, itemsOf(project.rules));
      projects.set(project.id, { ...project, rules: { items: rules } });
    } else {
      projects.set(project.id, {
        ...project,
        environments: { items: changedEnvironments(directory, step, itemsOf(project.environments)) },
      });
    }
  }
  return {
    notes: [...directory.notes],
    facts: { ...facts, people: directory.people, groups: directory.groups, projects: [...projects.values()] },
  };
}

function nameOf(inputs: Step["after"]): string | undefined {
  return inputs === undefined ? undefined : said(scalar(inputs, "name"));
}

function changedRules(
  directory: Directory,
  { before, after }: Step,
  level: RuleSet["level"],
  container: string,
  sets: readonly RuleSet[],
): RuleSet[] {
  const gone = new Set([nameOf(before), nameOf(after)]);
  const rest = sets.filter(({ name }) => !gone.has(name));
  const name = nameOf(after);
  if (after === undefined || name === undefined) return rest;
  const approvals = entries(after, "approvalRules").map((rule) => directory.rule(rule));
  const old = sets.find((set) => set.name === name);
  return [
    ...rest,
    {
      level,
      container,
      name,
      deploy: entries(after, "deployAccessLevels").map((entry) => directory.entry(entry)),
      approvals,
      // Rules stand in for an old count; without them it is not touched silently.
      legacyCount: approvals.length > 0 ? 0 : (old?.legacyCount ?? 0),
    },
  ];
}

/** Deleting leaves what was asked to stay; a new tier, or none, may move an environment out of a group's rules. */
function changedEnvironments(
  directory: Directory,
  { before, after }: Step,
  all: readonly EnvironmentFacts[],
): EnvironmentFacts[] {
  const [was, is] = [nameOf(before), nameOf(after)];
  const old = all.find(({ name }) => name === (is ?? was));
  const keep = before === undefined ? undefined : said(scalar(before, "onDestroy"));
  const stays = keep !== undefined && ["retain", "stop"].includes(keep);
  const rest = all.filter(({ name }) => name !== is && (name !== was || (after === undefined && stays)));
  if (after === undefined) return rest;
  if (is === undefined) {
    directory.notes.add("An environment whose name is known after apply is not shown.");
    return rest;
  }
  const tier = said(scalar(after, "tier"));
  const known = TIERS.find((each) => each === tier);
  return [
    ...rest,
    {
      name: is,
      tier:
        known ??
        (before !== undefined && scalar(before, "tier") === undefined
          ? (old?.tier ?? guessTier(is))
          : guessTier(is)),
      state: old?.state ?? "available",
      url: said(scalar(after, "externalUrl")),
    },
  ];
}
