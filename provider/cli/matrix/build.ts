import { answersOf, type Row } from "../../effective/answer";
import { compare, type Facts, type RuleSet } from "../../effective/facts";
import { productionBy, type ProductionNames } from "../../effective/production";
import { type Tier, TIERS } from "../../lifecycle/environment/tiers";
import { grouped } from "../../lifecycle/grouped";
import { findingsOf } from "./findings";
import type { Matrix, MatrixRow } from "./model";

export interface View {
  /** Only environments of these. */
  readonly tiers: readonly Tier[];
  readonly production: ProductionNames;
}

/** Draws the conclusions; asks nobody. */
export function buildMatrix(facts: Facts, { tiers, production }: View): Matrix {
  const isProduction = productionBy(production);
  const all = answersOf(facts);
  // A tier of a newer GitLab is not left out without a word.
  const whole = tiers.length === TIERS.length;
  const wanted = (tier: string) => whole || (tiers as readonly string[]).includes(tier);
  const rows = all.filter(({ environment }) => wanted(environment.tier)).sort(byTier);
  const elsewhere = new Set(
    all.filter(({ environment }) => !wanted(environment.tier)).flatMap((row) => row.rules),
  );
  const covers = (rules: RuleSet) => (rules.level === "group" ? wanted(rules.name) : !elsewhere.has(rules));
  const findings = findingsOf(facts, rows, isProduction, covers);
  const concerned = findings.flatMap((finding, i) => finding.rows.map((row) => ({ row, i })));
  const concerning = grouped(concerned, ({ row }) => row);
  return {
    facts,
    findings,
    rows: rows.map((row, i): MatrixRow => ({
      ...row,
      id: `${row.project.path}/${row.environment.name}`,
      production: isProduction(row.environment) !== undefined,
      findings: (concerning.get(i) ?? []).map((finding) => finding.i),
    })),
  };
}

function tierOrder(tier: string): number {
  const known = (TIERS as readonly string[]).indexOf(tier);
  return known < 0 ? TIERS.length : known;
}

function byTier(a: Row, b: Row): number {
  return (
    tierOrder(a.environment.tier) - tierOrder(b.environment.tier) ||
    compare(a.environment.tier, b.environment.tier) ||
    compare(a.project.path, b.project.path) ||
    compare(a.environment.name, b.environment.name)
  );
}
