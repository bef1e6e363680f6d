import type { ApprovalSubject, Finding, RuleSet, Subject } from "../model";
import { subjectWords } from "./words";

const ADMIN = 60;
const KNOWN_LEVELS = [30, 40, 60];

type Found = Omit<Finding, "container" | "name">;

/** What is wrong with one rule set, wherever it applies. */
export function ruleFindings(rules: RuleSet): Finding[] {
  const about = { container: rules.container, name: rules.name };
  const found = [
    ...deployers(rules.deploy),
    ...rules.approvals.flatMap(reachable),
    ...repeated(rules.approvals),
    ...rules.deploy.flatMap(departed),
    ...[...rules.deploy, ...rules.approvals].flatMap(oddLevel),
    ...bots(rules.approvals),
    ...legacy(rules),
  ];
  return found.map((finding) => ({ ...finding, ...about }));
}

function deployers(deploy: readonly Subject[]): Found[] {
  const nobody = (reason: string): Found => ({
    code: "no-deployers",
    severity: "error",
    reason,
    fix: "Add a group or role that is staffed to deployAccessLevels.",
  });
  if (deploy.length === 0) {
    return [
      nobody(
        "names nobody who may deploy, so only administrators can. It happens when the last named user or group was removed from GitLab.",
      ),
    ];
  }
  if (deploy.every((subject) => subject.kind === "role" && subject.id === ADMIN)) {
    return [
      {
        code: "admins-only",
        severity: "warning",
        reason: "lets only instance administrators deploy; on GitLab.com that is nobody of yours.",
        fix: "Add the group that releases to deployAccessLevels.",
      },
    ];
  }
  return deploy.every((subject) => subject.people === 0)
    ? [
        nobody(
          `nobody can deploy: ${deploy.map(subjectWords).join(", ")} ${deploy.length === 1 ? "has" : "have"} no active member.`,
        ),
      ]
    : [];
}

function reachable(rule: ApprovalSubject): Found[] {
  const most = rule.kind === "user" ? Math.min(1, rule.people ?? 1) : rule.people;
  if (most === undefined) return [];
  if (most < rule.required) {
    const why =
      rule.kind === "user" && rule.left === undefined
        ? "one person approves once"
        : most === 0
          ? "nobody active is behind it"
          : `only ${most === 1 ? "one person is" : `${most} people are`} behind it`;
    return [
      {
        code: "approvals-unreachable",
        severity: "error",
        reason: `asks for ${rule.required} × ${subjectWords(rule)}, but ${why}: no deployment can ever be approved.`,
        fix:
          rule.kind === "user"
            ? "Replace it by a rule for a group."
            : "Add members, or lower requiredApprovals.",
      },
    ];
  }
  if (rule.kind !== "user" && most === rule.required) {
    return [
      {
        code: "approvals-tight",
        severity: "info",
        reason: `asks for ${rule.required} × ${subjectWords(rule)}, and there are exactly that many: one absence, or one of them deploying, blocks every release.`,
        fix: "Add a member.",
      },
    ];
  }
  return [];
}

function repeated(approvals: readonly ApprovalSubject[]): Found[] {
  const same = (a: ApprovalSubject, b: ApprovalSubject) => a.kind === b.kind && a.id === b.id;
  return approvals
    .filter((rule, i) => approvals.findIndex((other) => same(rule, other)) < i)
    .map((rule) => ({
      code: "duplicate-rule",
      severity: "warning",
      reason: `names ${subjectWords(rule)} in several approval rules: it reads stricter than it is.`,
      fix: "Keep one rule with the count that is meant.",
    }));
}

/** Deployers that are no longer there; the same among approvers makes a rule that cannot be met. */
function departed(subject: Subject): Found[] {
  if (subject.left !== undefined) {
    return [
      {
        code: "user-left",
        severity: "warning",
        reason: `names ${subjectWords(subject)}, who cannot act (${subject.left}).`,
        fix: "Remove the entry, or name a group instead of a person.",
      },
    ];
  }
  if (subject.kind === "group" && subject.people === 0) {
    return [
      {
        code: "empty-group",
        severity: "warning",
        reason: `names ${subjectWords(subject)}, which has no active ${subject.inherited ? "" : "direct "}member.`,
        fix: subject.inherited
          ? "Add members, or name another group."
          : "Add members, or count inherited ones too (groupInheritanceType: 1).",
      },
    ];
  }
  return [];
}

function oddLevel(subject: Subject): Found[] {
  if (subject.kind !== "role" || KNOWN_LEVELS.includes(subject.id)) return [];
  return [
    {
      code: "odd-level",
      severity: "warning",
      reason: `holds the access level ${subject.id}, which GitLab no longer offers.`,
      fix: "Replace it by Developer (30), Maintainer (40) or Admin (60).",
    },
  ];
}

function bots(approvals: readonly ApprovalSubject[]): Found[] {
  return approvals
    .filter((rule) => rule.bot)
    .map((rule) => ({
      code: "bot-approves",
      severity: "warning",
      reason: `lets a bot approve (${subjectWords(rule)}): whoever holds its token approves.`,
      fix: "Let people approve; if a bot is meant, that is a decision for the security team.",
    }));
}

function legacy({ legacyCount, approvals, level }: RuleSet): Found[] {
  if (legacyCount === 0) return [];
  return [
    {
      code: "legacy-count",
      severity: "warning",
      reason:
        `still asks for ${legacyCount} approval${legacyCount === 1 ? "" : "s"} in the old way, for the whole environment` +
        `${approvals.length > 0 ? " and beside its rules" : ""}. ` +
        (level === "group"
          ? "The next change of the group's rules erases that without a word."
          : "GitLab no longer lets it be set."),
      fix: `Declare approvalRules with ${legacyCount} approvals in its place.`,
    },
  ];
}
