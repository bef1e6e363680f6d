import type { Level } from "../../gitlab/request/paths";
import type { Row } from "../../effective/answer";
import type { Facts } from "../../effective/facts";

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every kind of finding; scripts and `--accept` depend on these words. */
export const CODES = [
  "admins-only",
  "approvals-unreachable",
  "bot-approves",
  "cannot-reach",
  "duplicate-rule",
  "empty-group",
  "hangs-on-one",
  "impossible-name",
  "legacy-count",
  "no-approval",
  "no-deployers",
  "odd-level",
  "one-person-alone",
  "open-to-developers",
  "people-unknown",
  "self-approval",
  "stuck-deployer",
  "tier-escapes",
  "unprotected",
  "unreadable",
  "unused-protection",
  "user-left",
] as const;
export type Code = (typeof CODES)[number];

/** Something that somebody should look at. */
export interface Finding {
  /** `code:group-or-project:tier-or-environment`, and the subject where there are several; the same as long as the matter is. */
  readonly id: string;
  readonly code: Code;
  readonly severity: Severity;
  /** Path of the group or project that it is about. */
  readonly container: string;
  readonly level: Level;
  /** Tier or environment that it is about, where it is about one. */
  readonly name: string | undefined;
  /** What is the matter and why it matters. */
  readonly reason: string;
  readonly fix: string;
  /** Indices of the rows that it concerns. */
  readonly rows: readonly number[];
  /** Somebody has seen it and lives with it. */
  readonly accepted?: Acceptance;
}

export interface Acceptance {
  readonly reason: string;
  /** The last day that it holds, `2026-12-31`. */
  readonly until: string;
}

export interface MatrixRow extends Row {
  /** `acme/shop/production`: the row's address on the page and in files. */
  readonly id: string;
  /** Indices into the findings that concern it. */
  readonly findings: readonly number[];
  readonly production: boolean;
}

/** The matrix: who really can. */
export interface Matrix {
  readonly facts: Facts;
  readonly rows: readonly MatrixRow[];
  /** The worst first; accepted ones last. */
  readonly findings: readonly Finding[];
}

/** A finding before it is numbered and placed. */
export interface Found extends Pick<Finding, "code" | "severity" | "reason" | "fix"> {
  /** Tells several of one code and place apart. */
  readonly detail?: string;
}
