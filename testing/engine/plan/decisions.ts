import type { ResourceState } from "../state/state";
import type { Operation } from "./operation";

/** What was decided so far about the resources of an operation. */
export class Decisions {
  /** Every URN registered so far, and those carried over from the state for them. */
  readonly urns = new Set<string>();
  readonly creates = new Set<string>();
  readonly sames = new Set<string>();
  readonly updates = new Set<string>();
  readonly replaces = new Set<string>();
  readonly reads = new Set<string>();
  /** Creates that are left out because they are not among the targets. */
  readonly skippedCreates = new Set<string>();
  /** Old URN → the URN of the resource that claimed it. */
  readonly aliased = new Map<string, string>();
  /** Deleted ahead of the replacement of what they depend on. */
  readonly deletedEarly = new Set<ResourceState>();
  readonly dependentReplaceKeys = new Map<string, readonly string[]>();

  constructor(readonly operation: Operation) {}

  /** Whether a step was made for the resource, under this or its new name. Deletes don't count: there may be several. */
  isOperatedOn(urn: string): boolean {
    const name = this.aliased.get(urn) ?? urn;
    return [this.sames, this.updates, this.replaces, this.reads].some((set) => set.has(name));
  }

  hasStep(urn: string): boolean {
    return (
      this.operation.deleted.has(urn) ||
      [this.creates, this.sames, this.updates, this.replaces, this.reads].some((set) => set.has(urn))
    );
  }
}
