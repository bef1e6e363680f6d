import { referencedUrn } from "../values/urn";
import { dependenciesOf, type ResourceState } from "./state";

/** Answers who depends on whom in a list of resources in which dependencies stand before their dependents. */
export class DependencyGraph {
  readonly #index = new Map<ResourceState, number>();
  readonly #byUrn = new Map<string, number[]>();
  readonly #children = new Map<string, number[]>();

  constructor(private readonly resources: readonly ResourceState[]) {
    resources.forEach((resource, i) => {
      this.#index.set(resource, i);
      push(this.#byUrn, resource.urn, i);
      // Deleting a component means deleting everything below it, so every ancestor knows its descendants.
      for (let parent = resource.parent; parent !== ""; parent = this.#latest(parent)?.parent ?? "") {
        push(this.#children, parent, i);
      }
    });
  }

  contains(resource: ResourceState): boolean {
    return this.#index.has(resource);
  }

  inOrder(resources: readonly ResourceState[]): ResourceState[] {
    return [...resources].sort((a, b) => (this.#index.get(a) ?? 0) - (this.#index.get(b) ?? 0));
  }

  #latest(urn: string): ResourceState | undefined {
    const at = this.#byUrn.get(urn)?.at(-1);
    return at === undefined ? undefined : this.resources[at];
  }

  /** All that depend on `root`, directly or not, in order; children only if asked for. */
  dependingOn(root: ResourceState, ignore: ReadonlySet<string>, includeChildren: boolean): ResourceState[] {
    const urns = new Set([root.urn]);
    const found: ResourceState[] = [];
    for (const candidate of this.resources.slice((this.#index.get(root) ?? 0) + 1)) {
      if (ignore.has(candidate.urn) || !dependsOnAny(candidate, urns, includeChildren)) continue;
      found.push(candidate);
      urns.add(candidate.urn);
    }
    return found;
  }

  /** What must outlive `resource`: its dependencies (a component with all its children), its provider and its parent. */
  dependenciesOf(resource: ResourceState): Set<ResourceState> {
    const cursor = this.#index.get(resource) ?? 0;
    const found = new Set<ResourceState>();
    const add = (indices: readonly number[] | undefined): void => {
      for (const i of indices ?? []) {
        const candidate = this.resources[i];
        if (i < cursor && candidate !== undefined) found.add(candidate);
      }
    };
    for (const urn of dependencyUrns(resource)) {
      add(this.#byUrn.get(urn));
      if (this.#latest(urn)?.custom === false) add(this.#children.get(urn));
    }
    if (resource.parent !== "") add(this.#byUrn.get(resource.parent));
    return found;
  }

  /** Everything `resource` stands on, to the root. */
  transitiveDependenciesOf(resource: ResourceState): Set<ResourceState> {
    const found = new Set<ResourceState>();
    const visit = (urn: string): void => {
      const state = this.#latest(urn);
      if (state === undefined || found.has(state)) return;
      found.add(state);
      for (const next of dependencyUrns(state)) visit(next);
      visit(state.parent);
    };
    visit(resource.urn);
    found.delete(resource);
    return found;
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function dependencyUrns(resource: ResourceState): Set<string> {
  const urns = new Set<string>();
  for (const [kind, urn] of dependenciesOf(resource)) if (kind !== "parent") urns.add(urn);
  if (resource.provider !== "") urns.add(referencedUrn(resource.provider));
  return urns;
}

function dependsOnAny(resource: ResourceState, urns: ReadonlySet<string>, includeChildren: boolean): boolean {
  if (includeChildren && urns.has(resource.parent)) return true;
  for (const urn of dependencyUrns(resource)) if (urns.has(urn)) return true;
  return false;
}

/**
 * Orders deletions: each group holds what can go at the same time, and a group is deleted before what it depends on. A resource's place is the
 * length of the longest chain of condemned resources below it, which is what the engine gets by peeling off layers.
 */
export function deletionGroups(
  graph: DependencyGraph,
  condemned: readonly ResourceState[],
): ResourceState[][] {
  const doomed = new Set(condemned);
  const depths = new Map<ResourceState, number>();
  // Dependencies stand before their dependents, so one pass in order suffices.
  const groups: ResourceState[][] = [];
  for (const resource of graph.inOrder(condemned)) {
    let depth = 0;
    for (const dependency of graph.dependenciesOf(resource)) {
      if (doomed.has(dependency)) depth = Math.max(depth, (depths.get(dependency) ?? 0) + 1);
    }
    depths.set(resource, depth);
    (groups[depth] ??= []).push(resource);
  }
  return groups.reverse();
}
