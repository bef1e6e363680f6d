import type { World } from "../../testing/emulator";
import { weakness } from "../support/jointMeasure";

const PROJECT = "acme/shop";
export const PLACES = ["acme", PROJECT] as const;

/** What differs between two runs that came to the same: numbers, times and addresses. */
const INCIDENTAL =
  /^(id|iid|.*_at|.*_url|user|project|project_id|environment|deployable|(queued_)?duration|detailed_status)$/;

function essence(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(essence(item))).sort();
    return items.map((item): unknown => JSON.parse(item));
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key === "external_url" || !INCIDENTAL.test(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, essence(inner)]));
}

/** Everything this package can make, as a person would compare it: how many of what, with which properties. */
export function worldFacts(world: World): string {
  // What GitLab leaves to its workers is done a moment later: a comparison must not depend on the moment.
  world.runWorkers();
  return JSON.stringify(
    essence({
      environments: world.environments(PROJECT),
      protections: PLACES.map((place) => world.protections(place)),
      deployments: world.deployments(PROJECT),
      pipelines: world.pipelines(PROJECT),
    }),
    undefined,
    1,
  );
}

type Protection = ReturnType<World["protections"]>[number];

export type Protections = ReadonlyMap<string, Protection>;

export function protectionsOf(world: World): Protections {
  return new Map(
    PLACES.flatMap((place) =>
      world.protections(place).map((held): [string, Protection] => [`${place} ${held.name}`, held]),
    ),
  );
}

/** Throws where a protection is weaker than both what it was and what it is to be; in words, for whom. */
export function assertNeverWeaker(world: World, before: Protections, after: Protections): void {
  const live = protectionsOf(world);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const weaker = weakness(live.get(name), [before.get(name), after.get(name)]);
    if (weaker !== undefined) throw new Error(`${name} was too weak for a moment: ${weaker}`);
  }
}

/** The lines that only one of two worlds has. */
export function difference(expected: string, actual: string): string[] {
  const [wanted, found] = [expected.split("\n"), actual.split("\n")];
  const only = (lines: string[], other: string[], mark: string): string[] =>
    lines.filter((line) => !other.includes(line)).map((line) => `${mark} ${line.trim()}`);
  const count = wanted.length === found.length ? [] : [`${found.length} lines instead of ${wanted.length}`];
  return [...only(wanted, found, "-"), ...only(found, wanted, "+"), ...count];
}
