import { ROLE } from "../lifecycle/access/subjects";
import type { EnvironmentFacts, Facts, ProjectFacts, RuleSet, Subject } from "./facts";
import { itemsOf, withAncestors } from "./facts";
import { type Crowd, type Crowds, crowdsOf, intersection, union } from "./people";
import type { Approval, People } from "./parties";
import { type Verdict, verdictOf } from "./verdict";

export type { Approval, People };

/** An entry of a rule set and whom it lets through here. */
export interface Entry {
  readonly subject: Subject;
  readonly rules: RuleSet;
  readonly list: "deploy" | "approvals";
  /** Whom it means anywhere. */
  readonly named: Crowd;
  /** Who of them has the role in the project that it takes. */
  readonly reaching: Crowd;
}

/** Who can act on one environment. All that is not about an administrator of the instance: those always can. */
export interface Answer {
  /** Undefined where that cannot be known. */
  readonly deployers: People | undefined;
  readonly approvals: readonly Approval[];
  readonly required: number;
  readonly entries: readonly Entry[];
  readonly verdict: Verdict;
}

/** An environment, every rule set that covers it, and what follows. */
export interface Row {
  readonly project: ProjectFacts;
  readonly environment: EnvironmentFacts;
  /** From the outermost group to the project: all of them must allow a deployment, and their rules add up. */
  readonly rules: readonly RuleSet[];
  /** False where a list of rules that may cover it cannot be read. */
  readonly readable: boolean;
  readonly answer: Answer;
}

/** Every environment with its answer. Equal questions are answered once: most projects of a group share members and rules. */
export function answersOf(facts: Facts): Row[] {
  const crowds = crowdsOf(facts);
  const groupsByPath = new Map([...facts.groups.values()].map((group) => [group.path, group]));
  const known = new Map<string, Answer>();
  const numbers = new Map<object, number>();
  const number = (thing: object | undefined): number => {
    if (thing === undefined) return -1;
    const own = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, own);
    return own;
  };
  return facts.projects.flatMap((project) => {
    const above = withAncestors(project.path)
      .slice(0, -1)
      .flatMap((path) => groupsByPath.get(path) ?? []);
    const lists = [...above.map(({ rules }) => rules), project.rules];
    const readable = lists.every((list) => list === undefined || "items" in list);
    const ofGroups = above.flatMap(({ rules }) => (rules === undefined ? [] : itemsOf(rules)));
    const own = itemsOf(project.rules);
    return itemsOf(project.environments).map((environment): Row => {
      const rules = [
        ...ofGroups.filter(({ name }) => name === environment.tier),
        ...own.filter(({ name }) => name === environment.name),
      ];
      const { members, selfApproval, open } = project;
      const key = [...[members, ...rules].map(number), selfApproval, readable, open].join();
      const answer = known.get(key) ?? answerOf(facts, crowds, project, rules, readable);
      known.set(key, answer);
      return { project, environment, rules, readable, answer };
    });
  });
}

function answerOf(
  facts: Facts,
  crowds: Crowds,
  project: ProjectFacts,
  rules: readonly RuleSet[],
  readable: boolean,
): Answer {
  const canDeploy = crowds.withRole(project.members, ROLE.developer);
  const canApprove = project.open ? "anybody" : crowds.withRole(project.members, ROLE.reporter);
  const entryOf = (set: RuleSet, subject: Subject, list: Entry["list"]): Entry => {
    const named = crowds.named(subject, set);
    const may = list === "deploy" ? canDeploy : canApprove;
    return {
      subject,
      rules: set,
      list,
      named,
      reaching: intersection(may === "anybody" ? [named] : [may, named]),
    };
  };
  const entries = rules.flatMap((set) => [
    ...set.deploy.map((subject) => entryOf(set, subject, "deploy")),
    ...set.approvals.map((subject) => entryOf(set, subject, "approvals")),
  ]);
  const allowedBy = (set: RuleSet): Crowd =>
    union(entries.flatMap((entry) => (entry.rules === set && entry.list === "deploy" ? [entry.named] : [])));
  const passing = rules.map(allowedBy);
  const deployers = readable ? intersection([canDeploy, ...passing]) : undefined;
  const split = (crowd: Crowd): People | undefined => crowd && apart(facts, crowd);
  const named = approvalsOf(entries, split);
  const ofOldCounts = () => intersection(canApprove === "anybody" ? passing : [canApprove, ...passing]);
  const approvals = named.length > 0 ? named : legacyApprovals(rules, () => split(ofOldCounts()));
  const who = split(deployers);
  return {
    deployers: who,
    approvals,
    required: approvals.reduce((sum, { required }) => sum + required, 0),
    entries,
    verdict: verdictOf(who, approvals, project.selfApproval === true),
  };
}

function approvalsOf(
  entries: readonly Entry[],
  split: (crowd: Crowd) => People | undefined,
): readonly Approval[] {
  return entries
    .filter(({ list }) => list === "approvals")
    .map(({ subject, rules, reaching }) => ({
      subject,
      rules,
      required: (subject as RuleSet["approvals"][number]).required,
      who: split(reaching),
    }));
}

/** The one count for a whole environment, which counts where there are no rules. */
function legacyApprovals(rules: readonly RuleSet[], who: () => People | undefined): readonly Approval[] {
  const required = Math.max(0, ...rules.map(({ legacyCount }) => legacyCount));
  return required === 0 ? [] : [{ subject: undefined, rules: undefined, required, who: who() }];
}

function apart(facts: Facts, crowd: ReadonlySet<number>): People {
  const name = (id: number) => facts.people.get(id)?.username ?? String(id);
  const sorted = [...crowd].sort((a, b) => (name(a) < name(b) ? -1 : 1));
  const bot = (id: number) => facts.people.get(id)?.bot === true;
  return { people: sorted.filter((id) => !bot(id)), bots: sorted.filter(bot) };
}
