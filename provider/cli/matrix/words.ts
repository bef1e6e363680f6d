import type { Approval } from "../../effective/answer";
import { type Facts, type RuleSet, type Subject, usernameOf } from "../../effective/facts";

/** `group acme/qa`, `user dana`, `Maintainers and above`. */
export function subjectWords(subject: Subject): string {
  if (subject.kind === "role") return subject.name;
  const name = subject.name.startsWith(`${subject.kind} `) ? subject.name : `${subject.kind} ${subject.name}`;
  return subject.inherited ? `${name} with inherited members` : name;
}

/** The old count asks whoever may deploy. */
export function approvalWords({ subject, required }: Approval): string {
  return `${required} × ${subject === undefined ? "anyone who may deploy (legacy)" : subjectWords(subject)}`;
}

/** Where a rule set comes from: `group acme`, `project acme/shop`. */
export function origin(rules: RuleSet): string {
  return `${rules.level} ${rules.container}`;
}

/** `dana`, `dana and devon`, `dana, devon and 12 more`. */
export function names(facts: Facts, ids: readonly number[], most = 3): string {
  const all = ids.map((id) => usernameOf(facts, id));
  return listed(all.sort(), most);
}

export function listed(all: readonly string[], most = 3): string {
  const shown = all.length <= most + 1 ? all : all.slice(0, most);
  const rest = all.length - shown.length;
  const last = rest > 0 ? `${rest} more` : shown.at(-1);
  const before = rest > 0 ? shown : shown.slice(0, -1);
  return before.length === 0 ? (last ?? "nobody") : `${before.join(", ")} and ${last}`;
}

/** `1 person`, `2 people`. */
export function peopleCount(number: number): string {
  return number === 1 ? "1 person" : `${number} people`;
}
