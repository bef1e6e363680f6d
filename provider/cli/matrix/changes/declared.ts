import type { ApprovalRule, Facts, GroupFacts, Person, Subject } from "../../../effective/facts";
import { GroupInheritanceType, levelHeading } from "../../../lifecycle/access/subjects";
import { isObject } from "../../../fields/compound";
import { type Scalar, scalar } from "./preview";

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

  /** The group or project that a resource names. */
  group(reference: Scalar): GroupFacts | undefined {
    if (reference === undefined || reference === "unknown") return undefined;
    const { value } = reference;
    return /^\d+$/.test(String(value))
      ? this.groups.get(Number(value))
      : this.#byPath.get(String(value).toLowerCase());
  }

  entry(declared: unknown): Subject {
    if (!isObject(declared)) return this.#unknown("an entry that is known after apply");
    const level = scalar(declared, "accessLevel");
    if (level !== undefined && level !== "unknown") {
      const id = Number(level.value);
      return { kind: "role", id, name: levelHeading(id), inherited: false };
    }
    const [groupId, groupPath] = [scalar(declared, "groupId"), scalar(declared, "groupPath")];
    const inheritance = scalar(declared, "groupInheritanceType");
    const inherited =
      inheritance !== undefined &&
      inheritance !== "unknown" &&
      Number(inheritance.value) === GroupInheritanceType.All;
    if (groupId !== undefined || groupPath !== undefined)
      return this.#groupEntry(groupId, groupPath, inherited);
    const [userId, username] = [scalar(declared, "userId"), scalar(declared, "username")];
    if (userId !== undefined || username !== undefined) return this.#userEntry(userId, username);
    return this.#unknown("an entry that is known after apply");
  }

  rule(declared: unknown): ApprovalRule {
    const required = isObject(declared) ? scalar(declared, "requiredApprovals") : undefined;
    const number = required === undefined || required === "unknown" ? 1 : Number(required.value);
    return { ...this.entry(declared), required: Number.isInteger(number) && number >= 1 ? number : 1 };
  }

  #groupEntry(id: Scalar, path: Scalar, inherited: boolean): Subject {
    const found =
      this.group(path === "unknown" ? undefined : path) ?? this.group(id === "unknown" ? undefined : id);
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
    const name = said(username)?.replace(/^@/, "");
    const found =
      (name === undefined ? undefined : this.#byUsername.get(name.toLowerCase())) ??
      (id === undefined || id === "unknown" ? undefined : this.people.get(Number(id.value)));
    if (found !== undefined) return { kind: "user", id: found.id, name: found.username, inherited: false };
    const shown = name ?? said(id);
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

function said(value: Scalar): string | undefined {
  return value === undefined || value === "unknown" ? undefined : String(value.value);
}
