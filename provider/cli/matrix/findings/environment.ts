import { ROLE } from "../../../lifecycle/access/subjects";
import type { Row } from "../../../effective/answer";
import type { Facts, RuleSet } from "../../../effective/facts";
import { guessTier } from "../../../lifecycle/environment/tiers";
import type { Found } from "../model";
import { approvalWords, listed, names, origin, peopleCount, subjectWords } from "../words";
import { entryCause, noDeployersCause, roleFor, unreachableCause } from "./causes";

/** What is wrong with one environment, given all rules that cover it together. */
export function environmentFindings(
  facts: Facts,
  row: Row,
  production: "tier" | "name" | undefined,
  forProduction: readonly RuleSet[],
): Found[] {
  const found = [
    coverage(row, production, forProduction),
    deployers(facts, row),
    ...approvals(facts, row, production !== undefined),
    ...entries(facts, row),
    unknown(row),
  ];
  return found.filter((finding) => finding !== undefined);
}

function coverage(
  row: Row,
  production: "tier" | "name" | undefined,
  forProduction: readonly RuleSet[],
): Found | undefined {
  if (production === undefined) return undefined;
  const open = row.rules.length === 0;
  const bypassed = production === "tier" ? [] : forProduction.map(({ container }) => container);
  if (bypassed.length > 0) return escapes(row, bypassed, open);
  if (!open) return undefined;
  const what = production === "tier" ? "is production" : "sounds like production";
  if (!row.readable) {
    return {
      code: "unprotected",
      severity: "warning",
      reason: `${what}, and no rule that this token can read protects it.`,
      fix: "Look again with a token that can read the rules of the project and of every group above it.",
    };
  }
  return {
    code: "unprotected",
    severity: "error",
    reason: `${what} and nothing protects it: ${openWords(row)} can deploy, without approval.`,
    fix: "Protect the tier in the group (GroupProtectedEnvironment), or this environment in its project (ProjectProtectedEnvironment).",
  };
}

function openWords(row: Row): string {
  const who = row.answer.deployers;
  if (who === undefined) return "every Developer of the project";
  const number = who.people.length + who.bots.length;
  return `every Developer of the project (${number === 0 ? "nobody yet" : peopleCount(number)})`;
}

function escapes({ environment: { name, tier } }: Row, bypassed: readonly string[], open: boolean): Found {
  const guessed = guessTier(name) === tier ? ", which is what GitLab guesses from the name" : "";
  return {
    code: "tier-escapes",
    severity: open ? "error" : "warning",
    reason:
      `sounds like production, but its tier is ${tier}${guessed}: the production rules of ${listed(bypassed)} ` +
      `do not cover it${open ? ", and nothing else does" : ""}.`,
    fix: 'If it is production, declare that (tier: "production" on the Environment, deployment_tier in CI); if not, say so with --not-production.',
  };
}

function deployers(facts: Facts, row: Row): Found | undefined {
  const { nobodyDeploys, botsDeploy } = row.answer.verdict;
  if (row.rules.length === 0) return undefined;
  const entries = row.answer.entries.filter(({ list }) => list === "deploy");
  const adminsOnly = row.rules.find(
    (rules) =>
      rules.deploy.length > 0 && rules.deploy.every(({ kind, id }) => kind === "role" && id >= ROLE.admin),
  );
  if (adminsOnly !== undefined) {
    return {
      code: "admins-only",
      severity: "warning",
      reason: `only administrators of the instance can deploy: the rules of ${origin(adminsOnly)} name nobody else. On GitLab.com that is nobody of yours.`,
      fix: "Add the group that releases to deployAccessLevels.",
    };
  }
  if (nobodyDeploys) {
    return {
      code: "no-deployers",
      severity: "error",
      reason: `nobody but an administrator of the instance can deploy: ${noDeployersCause(facts, row)}.`,
      fix: "Name in deployAccessLevels a group or role whose members have the role Developer in the project, or give them that role (invite the group to the project).",
    };
  }
  if (!botsDeploy || !entries.some(({ subject }) => subject.kind !== "user")) return undefined;
  return {
    code: "no-deployers",
    severity: "info",
    reason: `no person can deploy, only ${names(facts, row.answer.deployers?.bots ?? [])}: whoever holds that token deploys.`,
    fix: "Right where releases are automatic; else name people in deployAccessLevels.",
  };
}

function approvals(facts: Facts, row: Row, production: boolean): Found[] {
  const { verdict, approvals: asked } = row.answer;
  if (asked.length === 0) return production ? without(row) : [];
  if (verdict.unreachable) {
    return [
      {
        code: "approvals-unreachable",
        severity: "error",
        reason: `asks for approvals that nobody but an administrator of the instance can complete. ${unreachableCause(facts, row)}.`,
        fix: "Let other people approve than deploy: add members with the role Reporter or higher in the project to the approving group, name another one, or lower requiredApprovals.",
      },
    ];
  }
  return [...bots(facts, row), ...oneHand(facts, row, production)];
}

function without(row: Row): Found[] {
  if (row.rules.length === 0 || row.answer.verdict.nobodyDeploys) return [];
  const everyDeveloper = row.rules.every((rules) =>
    rules.deploy.some(({ kind, id }) => kind === "role" && id <= ROLE.developer),
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

function bots(facts: Facts, { answer }: Row): Found[] {
  const alone = answer.approvals.filter(
    ({ who, required }) => who && who.bots.length > 0 && who.people.length < required,
  );
  return alone.map((approval) => ({
    code: "bot-approves",
    severity: "warning",
    detail: approvalWords(approval),
    reason: `${approvalWords(approval)} cannot be given by people alone, only with ${names(facts, approval.who?.bots ?? [])}: whoever holds a bot's token approves.`,
    fix: "Let people approve; if a bot is meant, that is a decision for the security team.",
  }));
}

/** What hangs on one person, and what one person can do alone. */
function oneHand(facts: Facts, row: Row, production: boolean): Found[] {
  const { alone, indispensable, stuck, onlyDeployer, needsBots } = row.answer.verdict;
  const severity = production ? "warning" : "info";
  const deployer = onlyDeployer === undefined ? [] : [onlyDeployer];
  const critical = [...new Set([...deployer, ...indispensable])];
  const what = [
    ...deployer.map((id) => `${names(facts, [id])} is the only person who can deploy`),
    ...(indispensable.length === 0 ? [] : [`nothing can be approved without ${names(facts, indispensable)}`]),
  ];
  const found: (Found | false)[] = [
    alone.length > 0 && {
      code: "one-person-alone",
      severity,
      reason: `asks for an approval, but ${names(facts, alone)} can deploy and approve the same deployment alone, because the project lets whoever started a deployment approve it.`,
      fix: "Turn off “Allow pipeline triggerer to approve deployment” in the project's protected environment settings, or let other people approve than deploy.",
    },
    what.length > 0 &&
      !needsBots && {
        code: "hangs-on-one",
        severity,
        reason: `every release hangs on ${names(facts, critical)}: ${what.join(", and ")}. One absence stops it.`,
        fix: "Add people to the groups that deploy and approve, with the role it takes in the project.",
      },
    stuck.length > 0 && {
      code: "stuck-deployer",
      severity: "info",
      reason: `${names(facts, stuck)} can deploy, but such a deployment can never be approved: ${stuck.length === 1 ? "it would take their own approval" : "it would take the approval of whoever started it"}.`,
      fix: "Nothing, if they only approve; else add approvers.",
    },
  ];
  return found.filter((finding) => finding !== false);
}

/** Entries that name somebody and let nobody through here, where others do. */
function entries(facts: Facts, row: Row): Found[] {
  const { entries: all, verdict } = row.answer;
  return all
    .filter(({ named, reaching }) => named !== undefined && named.size > 0 && reaching?.size === 0)
    .filter(({ list }) => (list === "deploy" ? !verdict.nobodyDeploys : !verdict.unreachable))
    .map((entry) => ({
      code: "cannot-reach",
      severity: "warning",
      detail: `${entry.list} ${subjectWords(entry.subject)}`,
      reason: `${subjectWords(entry.subject)} is named in the rules of ${origin(entry.rules)}, but nobody of it can ${entry.list === "deploy" ? "deploy" : "approve"} here: ${entryCause(facts, row, entry) ?? ""}.`,
      fix: `Invite them to the project with the role ${roleFor(entry)} or higher, or take the entry out.`,
    }));
}

/** People that this token cannot see: nothing is said about them, and nobody should think it was. */
function unknown(row: Row): Found | undefined {
  const hidden = row.answer.entries.filter(({ named }) => named === undefined);
  if (row.rules.length === 0 || (hidden.length === 0 && row.project.members !== undefined)) return undefined;
  const who = listed([
    ...new Set(
      hidden.map(({ subject, rules }) =>
        subject.kind === "role" ? `those with a role in ${origin(rules)}` : subjectWords(subject),
      ),
    ),
  ]);
  return {
    code: "people-unknown",
    severity: "warning",
    reason: `this token cannot see who is ${hidden.length === 0 ? "a member of the project" : `behind ${who}`}, so it is not known whether ${hidden.some(({ list }) => list === "deploy") || hidden.length === 0 ? "deployments" : "approvals"} are possible.`,
    fix: "Look again with a token of somebody who can see these members, such as an Owner or a member of the group.",
  };
}
