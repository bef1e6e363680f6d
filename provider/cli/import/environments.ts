import type { Table } from "../../fields/field";
import { cleared, declaredBy } from "../../fields/record";
import type { WireEnvironment } from "../../gitlab/answer/types";
import { ENVIRONMENT_NAME } from "../../lifecycle/environment/name";
import { type Tier, TIERS } from "../../lifecycle/environment/tiers";
import { fields } from "../../resources/environment";
import { grouped } from "../../lifecycle/grouped";
import { type Code, literal } from "./code";

/** Environments of one project that differ in nothing but name and address. */
export interface EnvironmentFamily {
  readonly environments: readonly [WireEnvironment, ...WireEnvironment[]];
  /** Arguments that they share, `name` and `externalUrl` left out. */
  readonly shared: Readonly<Record<string, Code | undefined>>;
}

/** From so many on they are declared in a loop: fewer where their names say that they belong together. */
const LOOP_FROM = { sameFolder: 3, otherwise: 5 };

/** Every argument that has a value which a program can declare, and that is not what GitLab takes where nothing is declared. */
export function settings(wire: WireEnvironment): Record<string, Code | undefined> {
  const { name, externalUrl: _, ...values } = declaredBy(fields, wire);
  const isSaid = (argument: string, value: unknown): boolean => {
    const field = (fields as Table)[argument];
    if (field === undefined || field.faults(value, argument).length > 0) return false;
    // A production tier is always said: who renames the environment must not lose it.
    return value === "production" || value !== cleared(field, { name });
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([argument, value]) => isSaid(argument, value))
      .map(([argument, value]) => [argument, present(value as string | number)]),
  );
}

/** Why a program cannot declare it, where that is so. */
export function undeclarable({ name, tier }: Pick<WireEnvironment, "name" | "tier">): string | undefined {
  if (!isEnvironmentName(name)) return "GitLab takes such a name no longer";
  return TIERS.includes(tier as Tier) ? undefined : `this package does not know its tier “${tier}”`;
}

export function isEnvironmentName(name: string): boolean {
  const { max = 0, matches } = ENVIRONMENT_NAME;
  return name.length <= max && (matches?.pattern.test(name) ?? true);
}

export function present(value: string | number | null | undefined): Code | undefined {
  return value === undefined || value === null || value === "" ? undefined : literal(value);
}

/** Families in the order of their first member; a family of one is an ordinary declaration. */
export function families(
  environments: readonly WireEnvironment[],
  dependencies: (environment: WireEnvironment) => readonly string[],
): EnvironmentFamily[] {
  const alike = grouped(environments, (wire) =>
    JSON.stringify([folder(wire.name), settings(wire), Boolean(wire.external_url), dependencies(wire)]),
  );
  return [...alike.values()]
    .flatMap((members): EnvironmentFamily["environments"][] =>
      members.length >= loopFrom(members[0]) ? [members] : members.map((each) => [each]),
    )
    .map((members) => ({ environments: members, shared: settings(members[0]) }))
    .sort((a, b) => environments.indexOf(a.environments[0]) - environments.indexOf(b.environments[0]));
}

function loopFrom({ name }: WireEnvironment): number {
  return folder(name) === "" ? LOOP_FROM.otherwise : LOOP_FROM.sameFolder;
}

/** `review/` of `review/fix`. */
export function folder(name: string): string {
  return name.includes("/") ? name.slice(0, name.indexOf("/") + 1) : "";
}
