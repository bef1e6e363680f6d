import { ROLE } from "../lifecycle/access/subjects";
import type { Facts, Members, RuleSet, Subject } from "./facts";

/** Ids of people; undefined where they cannot be known. */
export type Crowd = ReadonlySet<number> | undefined;

const NOBODY: ReadonlySet<number> = new Set();

export type Crowds = ReturnType<typeof crowdsOf>;

/** Sets of people behind lists and entries; each is made once, however many environments ask. */
export function crowdsOf(facts: Facts) {
  const byRole = new WeakMap<Members, Map<number, ReadonlySet<number>>>();
  const byPath = new Map<string, Members | undefined>([
    ...[...facts.groups.values()].flatMap((group) =>
      group.path === undefined ? [] : [[group.path, group.all] as const],
    ),
    ...facts.projects.map((project) => [project.path, project.members] as const),
  ]);

  const withRole = (members: Members | undefined, role: number): Crowd => {
    if (members === undefined) return undefined;
    const known = byRole.get(members) ?? new Map<number, ReadonlySet<number>>();
    byRole.set(members, known);
    const crowd = known.get(role) ?? new Set(members.flatMap(([id, own]) => (own >= role ? [id] : [])));
    known.set(role, crowd);
    return crowd;
  };

  return {
    withRole,
    /** Whom an entry means, wherever they may reach. */
    named(subject: Subject, rules: RuleSet): Crowd {
      if (subject.kind === "user") {
        const person = facts.people.get(subject.id);
        return person === undefined || person.state === "active" ? new Set([subject.id]) : NOBODY;
      }
      if (subject.kind === "role") {
        // Administrators are no members: whoever asks for them names nobody of the company.
        return subject.id >= ROLE.admin ? NOBODY : withRole(byPath.get(rules.container), subject.id);
      }
      const group = facts.groups.get(subject.id);
      return withRole(subject.inherited ? group?.all : group?.direct, ROLE.guest);
    },
  };
}

/** In all of them; unknown where one is, unless another is empty. */
export function intersection(crowds: readonly Crowd[]): Crowd {
  if (crowds.some((crowd) => crowd?.size === 0)) return NOBODY;
  if (crowds.some((crowd) => crowd === undefined)) return undefined;
  const [smallest, ...others] = (crowds as ReadonlySet<number>[]).toSorted((a, b) => a.size - b.size);
  if (others.length === 0) return smallest;
  return new Set([...(smallest ?? NOBODY)].filter((id) => others.every((other) => other.has(id))));
}

/** In any of them; unknown where one is. */
export function union(crowds: readonly Crowd[]): Crowd {
  if (crowds.length === 1) return crowds[0];
  const all = new Set<number>();
  for (const crowd of crowds) {
    if (crowd === undefined) return undefined;
    for (const id of crowd) all.add(id);
  }
  return all;
}
