import { visibly } from "../../text";
import type { Approval, People } from "../../../effective/answer";
import {
  type Members,
  type Readable,
  type RuleSet,
  type Subject,
  usernameOf,
} from "../../../effective/facts";
import type { Changes } from "../changes/fold";
import { rulesLink } from "../links";
import type { Finding, Matrix, MatrixRow } from "../model";

/** Raised when a field changes its meaning; not for fields that are added. */
export const SCHEMA_VERSION = 2;

/**
 * The matrix for programs, and what `--from`, `--since` and `--with` read again: `docs/matrix.schema.json`. Lists that
 * many environments share stand in it once.
 */
export function renderJson(matrix: Matrix, changes: Changes | undefined): string {
  return `${visibly(JSON.stringify(snapshotOf(matrix, changes)))}\n`;
}

function snapshotOf(matrix: Matrix, changes: Changes | undefined) {
  const { facts } = matrix;
  const name = (id: number) => usernameOf(facts, id);
  const lists = numbered<Members>();
  const sets = numbered<RuleSet>();
  const crowds = numbered<People>();
  const projects = facts.projects.map((project) => ({
    id: project.id,
    path: project.path,
    selfApproval: project.selfApproval ?? null,
    open: project.open,
    members: lists.of(project.members),
    environmentsRefused: refusal(project.environments),
    rulesRefused: refusal(project.rules),
    rules: setsOf(project.rules, sets),
  }));
  const groups = [...facts.groups.values()].map((group) => ({
    id: group.id,
    path: group.path ?? null,
    direct: lists.of(group.direct),
    all: lists.of(group.all),
    rulesRefused: group.rules === undefined ? null : refusal(group.rules),
    rules: group.rules === undefined ? null : setsOf(group.rules, sets),
  }));
  const environments = matrix.rows.map((row) => environment(matrix, row, sets, crowds));
  return {
    schemaVersion: SCHEMA_VERSION,
    generatedAt: facts.readAt.toISOString(),
    baseUrl: facts.baseUrl,
    scope: facts.scope,
    environments,
    findings: matrix.findings.map((finding) => findingOf(matrix, finding)),
    ...(changes === undefined ? {} : { changes: changesOf(changes) }),
    crowds: crowds.all.map(({ people, bots }) => ({ people: people.map(name), bots: bots.map(name) })),
    ruleSets: sets.all.map(ruleSet),
    projects,
    groups,
    people: [...facts.people.values()],
    memberLists: lists.all,
  };
}

/** Things by the order in which they were first met. */
function numbered<T extends object>() {
  const numbers = new Map<T, number>();
  const all: T[] = [];
  return {
    all,
    of(thing: T | undefined): number | null {
      if (thing === undefined) return null;
      const known = numbers.get(thing) ?? all.push(thing) - 1;
      numbers.set(thing, known);
      return known;
    },
  };
}

function refusal(list: Readable<unknown>): string | null {
  return "refused" in list ? list.refused : null;
}

function setsOf(list: Readable<RuleSet>, sets: ReturnType<typeof numbered<RuleSet>>): number[] {
  return "items" in list ? list.items.map((set) => sets.of(set) ?? 0) : [];
}

function environment(
  matrix: Matrix,
  row: MatrixRow,
  sets: ReturnType<typeof numbered<RuleSet>>,
  crowds: ReturnType<typeof numbered<People>>,
) {
  const { answer, environment: facts } = row;
  return {
    id: row.id,
    project: row.project.path,
    environment: facts.name,
    tier: facts.tier as string,
    state: facts.state,
    externalUrl: facts.url ?? null,
    production: row.production,
    protected: row.rules.length > 0,
    rulesReadable: row.readable,
    requiredApprovals: answer.required,
    /** Index into `crowds`; null where it cannot be known. */
    deployers: crowds.of(answer.deployers),
    approvals: answer.approvals.map((approval: Approval) => ({
      subject: approval.subject === undefined ? null : subject(approval.subject),
      rulesOf: approval.rules?.container ?? null,
      required: approval.required,
      approvers: crowds.of(approval.who),
    })),
    rules: row.rules.map((set) => sets.of(set) ?? 0),
    findings: row.findings.map((i) => matrix.findings[i]?.id ?? ""),
  };
}

function findingOf(matrix: Matrix, finding: Finding) {
  const { id, code, severity, level, container, name, reason, fix, rows, accepted } = finding;
  return {
    id,
    code,
    severity,
    level,
    container,
    name: name ?? null,
    reason,
    fix,
    settings: rulesLink(matrix.facts.baseUrl, level, container),
    environments: rows.map((i) => matrix.rows[i]?.id ?? ""),
    accepted: accepted ?? null,
  };
}

function changesOf({ since, now, all, notes }: Changes) {
  return { since, now, notes, environments: all.map(({ before, after, ...change }) => change) };
}

function ruleSet({ level, container, name, deploy, approvals, legacyCount }: RuleSet) {
  return {
    level,
    container,
    name,
    deploy: deploy.map(subject),
    approvals: approvals.map((rule) => ({ ...subject(rule), required: rule.required })),
    legacyRequiredApprovalCount: legacyCount,
  };
}

function subject({ kind, id, name, inherited }: Subject) {
  return { kind, id, name, inherited };
}
