import type { Approval, People } from "../../effective/answer";
import { type Facts, type RuleSet, usernameOf } from "../../effective/facts";
import type { MatrixRow } from "./model";
import { approvalWords, listed, origin, peopleCount, subjectWords } from "./words";

/** One line of a cell: people, and by what rule. Renderers lay it out; none of them decides what it says. */
export interface Line {
  /** Who: `dana, rosa and 3 more`. */
  readonly who: string;
  /** By which rule: `group acme/release or Maintainers and above`; empty where none is. */
  readonly rule: string;
  /** `group acme`, where several rule sets cover the environment. */
  readonly from: string | undefined;
  /** All of them, for forms with room for it; undefined where they are not known. */
  readonly people: People | undefined;
  readonly tone: "plain" | "bad" | "unknown" | "none";
}

export interface Cells {
  readonly deploy: readonly Line[];
  readonly approve: readonly Line[];
}

export function cellsOf(facts: Facts, row: MatrixRow): Cells {
  return { deploy: deployLines(facts, row), approve: approveLines(facts, row) };
}

function deployLines(facts: Facts, row: MatrixRow): Line[] {
  const { deployers, verdict } = row.answer;
  const several = row.rules.length > 1;
  const rules = row.rules.map((set): Line => rule(entryWords(set), several ? origin(set) : undefined));
  const more = row.readable ? [] : [MORE_RULES];
  if (deployers === undefined)
    return [{ ...UNKNOWN, who: row.readable ? "not known" : "not known: rules cannot be read" }, ...rules];
  if (row.rules.length === 0) {
    const who = `every Developer (unprotected): ${peopleWords(facts, deployers)}`;
    return [{ who, rule: "", from: undefined, people: deployers, tone: row.production ? "bad" : "plain" }];
  }
  if (verdict.nobodyDeploys)
    return [
      { who: "nobody but administrators", rule: "", from: undefined, people: deployers, tone: "bad" },
      ...rules,
      ...more,
    ];
  const who = peopleWords(facts, deployers);
  return [{ who, rule: "", from: undefined, people: deployers, tone: "plain" }, ...rules, ...more];
}

function entryWords(set: RuleSet): string {
  return set.deploy.map(subjectWords).join(" or ") || "administrators only";
}

function rule(text: string, from: string | undefined): Line {
  return { who: "", rule: text, from, people: undefined, tone: "plain" };
}

function approveLines(facts: Facts, row: MatrixRow): Line[] {
  const { approvals } = row.answer;
  const more = row.readable ? [] : [MORE_RULES];
  if (approvals.length === 0) return more.length > 0 ? more : [NOBODY];
  return [...approvals.map((approval) => approvalLine(facts, row, approval)), ...more];
}

function approvalLine(facts: Facts, row: MatrixRow, approval: Approval): Line {
  const { who, required, rules } = approval;
  const short = who !== undefined && who.people.length + who.bots.length < required;
  return {
    who: who === undefined ? "not known" : peopleWords(facts, who),
    rule: approvalWords(approval),
    from: row.rules.length > 1 && rules !== undefined ? origin(rules) : undefined,
    people: who,
    tone: who === undefined ? "unknown" : short ? "bad" : "plain",
  };
}

const NOBODY: Line = { who: "nobody", rule: "", from: undefined, people: undefined, tone: "none" };
const UNKNOWN: Line = { who: "not known", rule: "", from: undefined, people: undefined, tone: "unknown" };
/** Said beside the known rules where there may be others. */
const MORE_RULES: Line = { ...UNKNOWN, who: "rules that cannot be read" };

/** `dana, rosa and 3 more`, `dana and 1 bot`, `nobody`. */
function peopleWords(facts: Facts, { people, bots }: People): string {
  const usernames = people.map((id) => usernameOf(facts, id));
  const robots = bots.length === 0 ? "" : bots.length === 1 ? "1 bot" : `${bots.length} bots`;
  if (people.length === 0) return robots === "" ? "nobody" : `only ${robots}`;
  const shown =
    usernames.length > 4 ? `${peopleCount(usernames.length)}: ${listed(usernames)}` : listed(usernames, 4);
  return robots === "" ? shown : `${shown}, and ${robots}`;
}

/** A line as one text: `2 × group acme/qa: quinn and rita (group acme)`. */
export function lineText({ who, rule: text, from }: Line): string {
  const where = from === undefined ? "" : ` (${from})`;
  if (text === "") return who;
  return who === "" ? `${text}${where}` : `${text}${where}: ${who}`;
}
