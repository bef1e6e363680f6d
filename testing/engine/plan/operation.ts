import { DependencyGraph } from "../state/graph";
import type { EventLog } from "../show/events";
import type { Provider } from "../protocol/provider";
import type { ProviderRegistry } from "../protocol/registry";
import type { Snapshot } from "../state/snapshot";
import type { ResourceState } from "../state/state";
import { isProviderType, referencedId, referencedUrn, type Naming } from "../values/urn";
import type { StepContext } from "./steps";
import type { Targets } from "./targets";

/** An error that the user has been told about already. */
export class Bail extends Error {}

/** What one operation works with: the state it starts from, the limits it was given, and those it talks to. */
export class Operation implements StepContext {
  /** The resources of the state by URN, without those that wait to be deleted. */
  olds = new Map<string, ResourceState>();
  allOlds = new Map<string, ResourceState[]>();
  graph!: DependencyGraph;
  /** URNs this operation has decided to delete. */
  readonly deleted = new Set<string>();
  /** Set by anything that makes the operation fail without stopping it. */
  sawError = false;

  constructor(
    readonly naming: Naming,
    readonly dryRun: boolean,
    readonly base: Snapshot,
    readonly targets: Targets,
    readonly replace: Targets,
    readonly targetDependents: boolean,
    readonly registry: ProviderRegistry,
    readonly events: EventLog,
  ) {
    this.index();
  }

  /** To be called when the base has changed. */
  index(): void {
    this.olds = new Map();
    this.allOlds = new Map();
    for (const state of this.base.resources) {
      if (!state.delete) this.olds.set(state.urn, state);
      this.allOlds.set(state.urn, [...(this.allOlds.get(state.urn) ?? []), state]);
    }
    this.graph = new DependencyGraph(this.base.resources);
  }

  /** Makes the provider a resource was last managed with usable, with the configuration it had then. */
  ensureProvider(ref: string): void {
    if (ref === "" || this.registry.get(ref) !== undefined) return;
    const state = this.base.resources.find(
      ({ urn, id }) => urn === referencedUrn(ref) && id === referencedId(ref),
    );
    if (state === undefined) throw new Error(`could not find provider ${ref}`);
    this.registry.load(state);
  }

  providerOf(state: ResourceState): Provider {
    if (isProviderType(state.type)) return this.registry;
    const provider = this.registry.get(state.provider);
    if (provider === undefined) {
      throw new Error(`unknown provider '${state.provider}' for resource '${state.urn}'`);
    }
    return provider;
  }

  warn(message: string, urn: string): void {
    this.events.diagnostic("warning", message, urn);
  }

  /** Reports an error and fails the operation; a preview goes on, to show all there is to see. */
  fail(message: string, urn: string): void {
    this.events.error(message, urn);
    this.sawError = true;
    if (!this.dryRun) throw new Bail(message);
  }
}
