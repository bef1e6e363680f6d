import type { RuleSet, Subject } from "./facts";

/** People apart from bots, each by id and in the order of their user names. */
export interface People {
  readonly people: readonly number[];
  readonly bots: readonly number[];
}

/** One approval rule of an environment, or the old count that stands in for rules. */
export interface Approval {
  /** Undefined: a count from before there were rules; whoever passes the deployers' entries gives it. */
  readonly subject: Subject | undefined;
  /** Where the rule is from; undefined for the old count, which is the largest of all sets. */
  readonly rules: RuleSet | undefined;
  readonly required: number;
  /** Who can give it; undefined where that cannot be known. */
  readonly who: People | undefined;
}
