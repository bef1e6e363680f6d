import type { ApprovalRule, Facts, GroupFacts, Person, Subject } from "../../../effective/facts";
import { GroupInheritanceType, levelHeading } from "../../../lifecycle/access/subjects";
import { isObject } from "../../../fields/compound";
import { said, type Scalar, scalar } from "./preview";

/** Finds whom declared entries mean among the facts, and makes a place for whoever is not there. */
export class Directory {
  readonly people: Map<number, Person>;
  readonly groups: Map<number, GroupFacts>;
  readonly notes = new Set<string>();
  readonly #byUsername: Map<string, Person>;
  readonly #byPath: Map<string, GroupFacts>;
  /** Ids below 0: GitLab has none of them. */
  #next = -1_000_000;

  constructor(facts: Facts) {
    this.people = new Map(facts.people);
    this.groups = new Map(facts.groups);
    this.#byUsername = new Map([...facts.people.values()].map((each) => [each.username.toLowerCase(), each]));
    this.#byPath = new Map([...facts.groups.values()].map((each) => [(each.path ?? "").toLowerCase(), each]));
  }

  group(reference: Scalar): GroupFacts | undefined {
    const text = said(reference);
    if (text === undefined) return undefined;
    return /^\d+$/.test(text) ? this.groups.get(Number(text)) : this.#byPath.get(text.toLowerCase());
  }

  entry(declared: unknown): Subject {
    if (!isObject(declared)) return this.#unknown("an entry that is known after apply");
    const level = said(scalar(declared, "accessLevel"));
    if (level !== undefined)
      return { kind: "role", id: Number(level), name: levelHeading(Number(level)), inherited: false };
    const [groupId, groupPath] = [scalar(declared, "groupId"), scalar(declared, "groupPath")];
    const inheritance = said(scalar(declared, "groupInheritanceType"));
    const inherited = inheritance !== undefined && Number(inheritance) === GroupInheritanceType.All;
    if (groupId !== undefined || groupPath !== undefined)
      return this.#groupEntry(groupId, groupPath, inherited);
    const [userId, username] = [scalar(declared, "userId"), scalar(declared, "username")];
    if (userId !== undefined || username !== undefined) return this.#userEntry(userId, username);
    return this.#unknown("an entry that is known after apply");
  }

  rule(declared: unknown): ApprovalRule {
    const required = isObject(declared) ? said(scalar(declared, "requiredApprovals")) : undefined;
    const number = Number(required ?? 1);
    return { ...this.entry(declared), required: Number.isInteger(number) && number >= 1 ? number : 1 };
  }

  #groupEntry(id: Scalar, path: Scalar, inherited: boolean): Subject {
    const found = this.group(path) ?? this.group(id);
    if (found !== undefined) {
      if ((inherited ? found.all : found.direct) === undefined)
        this.notes.add(
          `The members of group ${found.path ?? found.id} are not in the matrix, so whom it lets in is not known.`,
        );
      return { kind: "group", id: found.id, name: found.path ?? `group ${found.id}`, inherited };
    }
    const name = said(path) ?? said(id);
    if (name === undefined) return this.#unknown("a group that is known after apply");
    this.notes.add(`Group ${name} is not in the matrix, so whom it lets in is not known.`);
    const made = this.#next--;
    const group = { id: made, path: name, rules: undefined, direct: undefined, all: undefined };
    this.groups.set(made, group);
    this.#byPath.set(name.toLowerCase(), group);
    return { kind: "group", id: made, name, inherited };
  }

  #userEntry(id: Scalar, username: Scalar): Subject {
    const [name, number] = [said(username)?.replace(/^@/, ""), said(id)];
    const found =
      (name === undefined ? undefined : this.#byUsername.get(name.toLowerCase())) ??
      (number === undefined ? undefined : this.people.get(Number(number)));
    if (found !== undefined) return { kind: "user", id: found.id, name: found.username, inherited: false };
    const shown = name ?? number;
    if (shown === undefined) return this.#unknown("a user who is known after apply");
    this.notes.add(`User ${shown} is in no project or group of the matrix.`);
    const made = this.#next--;
    const person = { id: made, username: shown, name: "", bot: false, state: "active" };
    this.people.set(made, person);
    this.#byUsername.set(shown.toLowerCase(), person);
    return { kind: "user", id: made, name: shown, inherited: false };
  }

  #unknown(what: string): Subject {
    this.notes.add(`A rule names ${what}: whom it lets in is not known yet.`);
    const made = this.#next--;
    this.groups.set(made, { id: made, path: undefined, rules: undefined, direct: undefined, all: undefined });
    return { kind: "group", id: made, name: what, inherited: false };
  }
}
