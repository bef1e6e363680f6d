import { ROLE } from "../../../lifecycle/access/subjects";
import type { Entry, Row } from "../../../effective/answer";
import type { Facts } from "../../../effective/facts";
import { intersection, union } from "../../../effective/people";
import { listed, names, origin, peopleCount, subjectWords } from "../words";

/** Why an entry lets through fewer than one would think; undefined where it lets everybody through whom it names. */
export function entryCause(facts: Facts, row: Row, entry: Entry): string | undefined {
  const { subject, named, reaching } = entry;
  if (named === undefined || reaching === undefined) return undefined;
  if (subject.kind === "user") return userCause(facts, row, entry);
  const what = subjectWords(subject);
  if (subject.kind === "role" && subject.id >= ROLE.admin)
    return "only administrators of the instance are meant";
  if (named.size === 0) {
    return subject.kind === "role"
      ? `nobody active holds that role in ${origin(entry.rules)}`
      : `${what} has no active ${subject.inherited ? "" : "direct "}member`;
  }
  const lost = [...named].filter((id) => !reaching.has(id));
  if (lost.length === 0) return undefined;
  const roles = new Map(row.project.members ?? []);
  const outside = lost.filter((id) => !roles.has(id)).length;
  const low = lost.length - outside;
  if (outside === named.size)
    return named.size === 1
      ? `the 1 person in ${what} cannot reach the project`
      : `none of the ${peopleCount(named.size)} in ${what} can reach the project`;
  if (low === named.size)
    return `${named.size === 1 ? "the 1 person" : `all ${peopleCount(named.size)}`} in ${what} ${low === 1 ? "has" : "have"} less than the role ${roleFor(entry)} in the project`;
  const parts = [
    ...(outside > 0 ? [`${outside} cannot reach the project`] : []),
    ...(low > 0 ? [`${low} ${low === 1 ? "has" : "have"} less than the role ${roleFor(entry)} in it`] : []),
  ];
  return `of the ${peopleCount(named.size)} in ${what}, ${parts.join(" and ")}`;
}

function userCause(
  facts: Facts,
  row: Row,
  { subject, named, reaching, ...entry }: Entry,
): string | undefined {
  if (named?.size === 0)
    return `${subject.name} cannot act (${facts.people.get(subject.id)?.state ?? "not there"})`;
  if (reaching?.has(subject.id)) return undefined;
  const inside = (row.project.members ?? []).some(([id]) => id === subject.id);
  return inside
    ? `${subject.name} has less than the role ${roleFor(entry)} in the project`
    : `${subject.name} cannot reach the project`;
}

export function roleFor({ list }: Pick<Entry, "list">): string {
  return list === "deploy" ? "Developer" : "Reporter";
}

export function noDeployersCause(facts: Facts, row: Row): string {
  const deploy = row.answer.entries.filter(({ list }) => list === "deploy");
  if (!(row.project.members ?? []).some(([, role]) => role >= ROLE.developer))
    return "nobody active has the role Developer in the project";
  for (const rules of row.rules) {
    if (rules.deploy.length === 0)
      return `the rules of ${origin(rules)} name nobody; that happens when the last user or group they named is gone`;
    const own = deploy.filter((entry) => entry.rules === rules);
    if (union(own.map(({ reaching }) => reaching))?.size !== 0) continue;
    const causes = [...new Set(own.flatMap((entry) => entryCause(facts, row, entry) ?? []))];
    return `of the rules of ${origin(rules)}, ${listed(own.map(({ subject }) => subjectWords(subject)))}: ${causes.join("; ")}`;
  }
  const sides = row.rules.map((rules) => {
    const may = union(deploy.filter((entry) => entry.rules === rules).map(({ reaching }) => reaching));
    return `the rules of ${origin(rules)} let in ${names(facts, [...(may ?? [])])}`;
  });
  return `every rule set must allow a deployment, and nobody passes all of them: ${sides.join("; ")}`;
}

export function unreachableCause(facts: Facts, row: Row): string {
  const { approvals, deployers, entries } = row.answer;
  const short = approvals.filter(
    ({ who, required }) => who && who.people.length + who.bots.length < required,
  );
  if (short.length > 0) {
    return short
      .map(({ subject, rules, who, required }) => {
        const what = subject === undefined ? "whoever may deploy (legacy count)" : subjectWords(subject);
        const there = (who?.people.length ?? 0) + (who?.bots.length ?? 0);
        const entry = entries.find((each) => each.subject === subject && each.rules === rules);
        const why = entry && entryCause(facts, row, entry);
        const can = there === 0 ? "nobody can give them" : `only ${peopleCount(there)} can, and each once`;
        return `${required} × ${what}: ${can}${why === undefined ? "" : ` (${why})`}`;
      })
      .join("; ");
  }
  const behind = union(approvals.map(({ who }) => who && new Set([...who.people, ...who.bots])));
  const asked = approvals.reduce((sum, { required }) => sum + required, 0);
  const ids = [...(behind ?? [])];
  const starters = new Set([...(deployers?.people ?? []), ...(deployers?.bots ?? [])]);
  const both = intersection([behind, starters]);
  const who = `${names(facts, ids)} ${ids.length === 1 ? "is" : "are"} all who can approve`;
  if (ids.length >= asked && (both?.size ?? 0) > 0) {
    return `${who}, but whoever deploys cannot approve that deployment, and only ${names(facts, [...starters])} can deploy`;
  }
  return `${who}, and one person gives one approval however many rules name them: ${asked} are needed`;
}
