import type { Facts, RuleSet, Subject } from "../../../effective/facts";
import { LEVELS, LEVELS_IN_WORDS } from "../../../lifecycle/access/subjects";
import { ENVIRONMENT_NAME } from "../../../lifecycle/environment/name";
import { TIERS } from "../../../lifecycle/environment/tiers";
import type { Found } from "../model";
import { origin, subjectWords } from "../words";

/** What is wrong with one rule set, wherever it applies. */
export function ruleFindings(facts: Facts, rules: RuleSet): Found[] {
  const found = [
    impossibleName(rules),
    ...repeated(rules),
    ...departed(facts, rules),
    ...oddLevels(rules),
    legacy(rules),
  ];
  return found.filter((finding) => finding !== undefined);
}

function impossibleName({ level, name }: RuleSet): Found | undefined {
  const possible =
    level === "group"
      ? (TIERS as readonly string[]).includes(name)
      : ENVIRONMENT_NAME.matches?.pattern.test(name) === true;
  if (possible) return undefined;
  return {
    code: "impossible-name",
    severity: "error",
    reason: `protects “${name}”, and no ${level === "group" ? "tier" : "environment"} can be called that: it protects nothing.`,
    fix:
      level === "group"
        ? `Protect a tier: ${TIERS.join(", ")}.`
        : "Protect each environment by its whole name; patterns are not understood here.",
  };
}

function repeated({ approvals }: RuleSet): Found[] {
  const same = (a: Subject, b: Subject) => a.kind === b.kind && a.id === b.id;
  return approvals
    .filter((rule, i) => approvals.findIndex((other) => same(rule, other)) < i)
    .map((rule) => ({
      code: "duplicate-rule",
      severity: "warning",
      detail: subjectWords(rule),
      reason: `names ${subjectWords(rule)} in several approval rules; their counts add up, which few readers expect.`,
      fix: "Keep one rule with the count that is meant.",
    }));
}

/** People who cannot act any more, and groups without anybody. */
function departed(facts: Facts, { deploy, approvals }: RuleSet): Found[] {
  const subjects = new Map([...deploy, ...approvals].map((subject) => [subjectWords(subject), subject]));
  return [...subjects].flatMap(([words, subject]): Found | Found[] => {
    const { kind, id, inherited } = subject;
    const state = kind === "user" ? facts.people.get(id)?.state : undefined;
    if (state !== undefined && state !== "active") {
      return {
        code: "user-left",
        severity: "warning",
        detail: words,
        reason: `names ${words}, who cannot act (${state}).`,
        fix: "Remove the entry, or name a group instead of a person.",
      };
    }
    const group = kind === "group" ? facts.groups.get(id) : undefined;
    const members = inherited ? group?.all : group?.direct;
    if (members?.length !== 0) return [];
    return {
      code: "empty-group",
      severity: "warning",
      detail: words,
      reason: `names ${words}, which has no active ${inherited ? "" : "direct "}member.`,
      fix: inherited
        ? "Add members, or name another group."
        : "Add members, or count inherited ones too (groupInheritanceType: 1).",
    };
  });
}

function oddLevels({ deploy, approvals }: RuleSet): Found[] {
  const odd = [...deploy, ...approvals].filter(({ kind, id }) => kind === "role" && !LEVELS.includes(id));
  return [...new Set(odd.map(({ id }) => id))].map((id) => ({
    code: "odd-level",
    severity: "warning",
    detail: String(id),
    reason: `holds the access level ${id}, which GitLab no longer offers.`,
    fix: `Replace it by ${LEVELS_IN_WORDS}.`,
  }));
}

function legacy(rules: RuleSet): Found | undefined {
  const { legacyCount, approvals, level } = rules;
  if (legacyCount === 0) return undefined;
  const approval = `${legacyCount} approval${legacyCount === 1 ? "" : "s"}`;
  return {
    code: "legacy-count",
    severity: "warning",
    reason:
      `the rules of ${origin(rules)} still ask for ${approval} in the old way` +
      `${approvals.length > 0 ? ", which counts for nothing beside approval rules" : ", for the whole environment"}. ` +
      (level === "group"
        ? "The next change of the group's rules erases that without a word."
        : "GitLab no longer lets it be set."),
    fix: `Declare approvalRules with ${approval} in its place.`,
  };
}
