import type { ApprovalSubject, Matrix, RuleSet, Subject } from "../model";

/** The matrix for programs. Its form is `docs/matrix.schema.json`; fields may be added, none changes its meaning. */
export function renderJson(matrix: Matrix): string {
  const shown = {
    schemaVersion: 1,
    generatedAt: matrix.generatedAt.toISOString(),
    baseUrl: matrix.baseUrl,
    scope: matrix.scope,
    projects: matrix.projects,
    environments: matrix.rows.map((row) => ({
      project: row.project,
      environment: row.environment,
      tier: row.tier,
      state: row.state,
      externalUrl: row.url ?? null,
      protected: row.rules.length > 0,
      rulesReadable: row.readable,
      requiredApprovals: row.rules
        .flatMap((rules) => [rules.legacyCount, ...rules.approvals.map((rule) => rule.required)])
        .reduce((sum, each) => sum + each, 0),
      rules: row.rules.map(ruleSet),
      findings: row.findings,
    })),
    findings: matrix.findings.map(({ code, severity, container, name, reason, fix }) => ({
      code,
      severity,
      container,
      name: name ?? null,
      reason,
      fix,
    })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function ruleSet(rules: RuleSet) {
  return {
    level: rules.level,
    container: rules.container,
    name: rules.name,
    deploy: rules.deploy.map(subject),
    approvals: rules.approvals.map((rule: ApprovalSubject) => ({
      ...subject(rule),
      required: rule.required,
    })),
    legacyRequiredApprovalCount: rules.legacyCount,
  };
}

function subject({ kind, id, name, inherited, people, bot, left }: Subject) {
  return { kind, id, name, inherited, people: people ?? null, bot: bot ?? false, left: left ?? null };
}
