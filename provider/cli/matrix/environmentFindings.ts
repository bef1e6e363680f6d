import { guessTier } from "../../lifecycle/environment/tiers";
import type { Finding } from "../model";
import type { BareRow, Facts } from "./build";

const DEVELOPER = 30;

/** What is wrong with one environment, given all rules that cover it together. */
export function environmentFindings(
  row: BareRow,
  facts: Facts,
  selfApproval: boolean | undefined,
): Finding[] {
  const about = { container: row.project, name: row.environment };
  return [...coverage(row, facts), ...approvals(row, selfApproval)].map((finding) => ({
    ...finding,
    ...about,
  }));
}

type Found = Omit<Finding, "container" | "name">;

/** `prod` or `live` as a word of the name; `preprod` and `non-production` say the opposite. */
function soundsLikeProduction(name: string): boolean {
  return /(^|[^a-z])(?<!(pre|non|no|not)[-_ ./]?)(prod|production|prd|live)([^a-z]|$)/i.test(name);
}

function coverage(row: BareRow, facts: Facts): Found[] {
  const isProduction = row.tier === "production";
  if (!isProduction && !soundsLikeProduction(row.environment)) return [];
  const bypassed = isProduction ? [] : groupRulesForProduction(row, facts);
  const open = row.rules.length === 0;
  if (bypassed.length > 0) {
    const guessed =
      guessTier(row.environment) === row.tier ? ", which is what GitLab guesses from the name" : "";
    return [
      {
        code: "tier-escapes",
        severity: open ? "error" : "warning",
        reason:
          `sounds like production, but its tier is ${row.tier}${guessed}: the production rules of ${bypassed.join(" and ")} ` +
          `do not cover it${open ? ", and nothing else does" : ""}.`,
        fix: 'Declare its tier as production (tier: "production" on the Environment, deployment_tier in CI).',
      },
    ];
  }
  if (!open) return [];
  const what = isProduction ? "is production" : "sounds like production";
  if (!row.readable) {
    return [
      {
        code: "unprotected",
        severity: "warning",
        reason: `${what}, and no rule that this token can read protects it.`,
        fix: "Look again with a token that can read the rules of the project and of every group above it.",
      },
    ];
  }
  return [
    {
      code: "unprotected",
      severity: "error",
      reason: `${what} and nothing protects it: everyone who may push can deploy, without approval.`,
      fix: "Protect the tier in the group (GroupProtectedEnvironment), or this environment in its project (ProjectProtectedEnvironment).",
    },
  ];
}

function groupRulesForProduction(row: BareRow, facts: Facts): string[] {
  return facts.ruleSets
    .filter((rules) => rules.level === "group" && rules.name === "production")
    .filter((rules) => row.project.startsWith(`${rules.container}/`))
    .map((rules) => rules.container);
}

function approvals(row: BareRow, selfApproval: boolean | undefined): Found[] {
  const required = row.rules.flatMap((rules) => rules.approvals);
  if (required.length > 0) {
    if (selfApproval !== true) return [];
    return [
      {
        code: "self-approval",
        severity: "warning",
        reason: "asks for approvals, but the project lets whoever started a deployment approve it.",
        fix: "Turn off “Allow pipeline triggerer to approve deployment” in the project's protected environment settings.",
      },
    ];
  }
  const legacy = row.rules.some((rules) => rules.legacyCount > 0);
  if (row.tier !== "production" || row.rules.length === 0 || legacy) return [];
  const everyDeveloper = row.rules.every((rules) =>
    rules.deploy.some((subject) => subject.kind === "role" && subject.id <= DEVELOPER),
  );
  return [
    everyDeveloper
      ? {
          code: "open-to-developers",
          severity: "warning",
          reason: "is production, every developer may deploy to it and nobody has to approve.",
          fix: "Narrow deployAccessLevels to a release group, or add approvalRules.",
        }
      : {
          code: "no-approval",
          severity: "info",
          reason: "is production and protected, but a deployment needs nobody's approval.",
          fix: "Add approvalRules where a second pair of eyes is wanted.",
        },
  ];
}
