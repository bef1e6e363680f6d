import type { GitLabClient } from "../../gitlab/request/client";
import type { WireProtectedEnvironment } from "../../gitlab/answer/types";
import { type Tier, TIERS } from "../../lifecycle/environment/tiers";
import {
  collect,
  type Collected,
  type CollectedProject,
  compare,
  inParallel,
  itemsOf,
  type Scope,
  withAncestors,
} from "../collect";
import type { Finding, Matrix, MatrixRow, RuleSet } from "../model";
import { type Container, createPeople, type People } from "../people";
import type { Progress } from "../progress";
import { findingsOf } from "./findings";

/** An environment and the rules that cover it, before findings are attached. */
export type BareRow = Omit<MatrixRow, "findings">;

/** All facts that findings are drawn from. */
export interface Facts {
  readonly rows: readonly BareRow[];
  /** Every rule set once, whether it covers an environment or not. */
  readonly ruleSets: readonly RuleSet[];
  readonly collected: Collected;
}

const LISTS_AT_ONCE = 4;

export interface MatrixRequest {
  readonly scope: Scope;
  /** Only environments of these. */
  readonly tiers: readonly Tier[];
  readonly progress: Progress;
  readonly now: Date;
}

/** Reads what it needs and draws the conclusions. */
export async function buildMatrix(
  client: GitLabClient,
  { scope, tiers, progress, now }: MatrixRequest,
): Promise<Matrix> {
  const collected = await collect(client, scope, progress);
  const people = createPeople(client);
  const ofGroups = await inParallel([...collected.groups], LISTS_AT_ONCE, async ([path, protections]) => {
    const container: Container = { kind: "group", path, id: path };
    return [path, await readRules(people, container, itemsOf(protections))] as const;
  });
  const groupRules = new Map(ofGroups);
  const projectRules = await inParallel(collected.projects, LISTS_AT_ONCE, async (project) => {
    const container: Container = { kind: "project", path: project.path, id: project.id };
    return readRules(people, container, itemsOf(project.protections));
  });

  const all = collected.projects.flatMap((project, i) =>
    rowsOf(project, collected.groups, groupRules, projectRules[i] ?? []),
  );
  const rows = all.filter((row) => tiers.includes(row.tier)).sort(byTier);
  const elsewhere = new Set(all.filter((row) => !tiers.includes(row.tier)).flatMap((row) => row.rules));
  const ruleSets = [...groupRules.values(), ...projectRules]
    .flat()
    .filter((rules) =>
      rules.level === "group" ? (tiers as readonly string[]).includes(rules.name) : !elsewhere.has(rules),
    );
  const facts: Facts = { rows, ruleSets, collected };
  const findings = findingsOf(facts);
  return {
    baseUrl: client.baseUrl,
    scope: scope.projects.length > 0 ? scope.projects.join(", ") : (scope.group ?? ""),
    generatedAt: now,
    projects: collected.projects.length,
    rows: rows.map((row) => ({ ...row, findings: concerning(row, findings) })),
    findings,
  };
}

function readRules(
  people: People,
  container: Container,
  protections: readonly WireProtectedEnvironment[],
): Promise<RuleSet[]> {
  return inParallel(protections, LISTS_AT_ONCE, async (wire) => {
    const subjects = (wire.deploy_access_levels ?? []).map((entry) => people.subject(entry, container));
    const rules = (wire.approval_rules ?? []).map(async (rule) => ({
      ...(await people.subject(rule, container)),
      required: rule.required_approvals,
    }));
    const [deploy, approvals] = await Promise.all([Promise.all(subjects), Promise.all(rules)]);
    return {
      level: container.kind,
      container: container.path,
      name: wire.name,
      deploy: deploy.sort((a, b) => compare(a.kind + a.name, b.kind + b.name)),
      approvals: approvals.sort((a, b) => compare(a.kind + a.name, b.kind + b.name)),
      legacyCount: wire.required_approval_count ?? 0,
    };
  });
}

function rowsOf(
  project: CollectedProject,
  groups: Collected["groups"],
  groupRules: ReadonlyMap<string, RuleSet[]>,
  ownRules: readonly RuleSet[],
): BareRow[] {
  const above = withAncestors(project.path).slice(0, -1);
  const lists = [project.protections, ...above.flatMap((path) => groups.get(path) ?? [])];
  const readable = lists.every((list) => "items" in list);
  return itemsOf(project.environments).map((environment) => ({
    project: project.path,
    environment: environment.name,
    tier: environment.tier as Tier,
    state: environment.state,
    url: environment.external_url ?? undefined,
    readable,
    rules: [
      ...above
        .flatMap((path) => groupRules.get(path) ?? [])
        .filter((rules) => rules.name === environment.tier),
      ...ownRules.filter((rules) => rules.name === environment.name),
    ],
  }));
}

function byTier(a: BareRow, b: BareRow): number {
  return (
    TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier) ||
    compare(a.project, b.project) ||
    compare(a.environment, b.environment)
  );
}

/** A finding about a rule set concerns every environment that it covers. */
function concerning(row: BareRow, findings: readonly Finding[]): number[] {
  return findings.flatMap((finding, i) => {
    const own =
      finding.container === row.project && (finding.name === undefined || finding.name === row.environment);
    const rule = row.rules.some(
      (rules) =>
        rules.level === "group" && rules.container === finding.container && rules.name === finding.name,
    );
    return own || rule ? [i] : [];
  });
}
