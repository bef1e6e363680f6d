import { isInternal, type EventLog, type Op, type StepEvent } from "../show/events";
import { messageOf } from "../protocol/providerErrors";
import type { SnapshotManager } from "../state/snapshot";
import type { OperationType, ResourceState } from "../state/state";
import { copy, equal, isSecret, secret, type Props } from "../values/values";
import type { Operation } from "./operation";
import { RefreshStep } from "./readSteps";
import { InitError, ProtectedError, SameStep, type Step } from "./steps";

const pendingTypes: Partial<Record<Op, OperationType>> = {
  create: "creating",
  "create-replacement": "creating",
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
  discard: "deleting",
  "discard-replaced": "deleting",
  read: "reading",
  "read-replacement": "reading",
  import: "importing",
};

/** Runs steps: the steps of a chain one after the other, and at most `parallel` chains at a time. */
export class StepExecutor {
  /** Steps that were done and whose resources may still get outputs from the program. */
  readonly #registered = new Map<string, { now: ResourceState; event: StepEvent }>();
  /** Steps that failed without stopping the others. */
  readonly failed: Step[] = [];
  error: unknown;
  stopped = false;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #chains = new Set<Promise<void>>();

  constructor(
    private readonly operation: Operation,
    private readonly events: EventLog,
    /** Absent in previews. */
    private readonly snapshots: SnapshotManager | undefined,
    private readonly options: {
      readonly parallel: number;
      /** Refreshes go on after an error, and steps of a refresh are counted by what they found. */
      readonly refreshing: boolean;
      readonly countRefreshes: boolean;
      readonly onStop: () => void;
    },
  ) {}

  /** Resolves when the chain is through, or given up. */
  execute(chain: readonly Step[]): Promise<void> {
    const done = this.#run(chain);
    this.#chains.add(done);
    void done.then(() => this.#chains.delete(done));
    return done;
  }

  async idle(): Promise<void> {
    while (this.#chains.size > 0) await Promise.all(this.#chains);
  }

  /** The program has given a resource (a component, the stack) its outputs. */
  setOutputs(urn: string, outputs: Props): void {
    const found = this.#registered.get(urn);
    if (found === undefined) {
      throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
    }
    this.#registered.delete(urn);
    const { now, event } = found;
    now.outputs = outputs;
    event.new = copy(now);
    this.snapshots?.changed(now);
  }

  /** No further step is started. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.#waiting.splice(0).forEach((wake) => wake());
    this.options.onStop();
  }

  async #run(chain: readonly Step[]): Promise<void> {
    while (this.#running >= this.options.parallel && !this.stopped) {
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    this.#running += 1;
    try {
      for (const step of chain) {
        if (this.stopped || !(await this.#step(step))) break;
      }
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** False when it failed. */
  async #step(step: Step): Promise<boolean> {
    const event = this.#begin(step);
    let failure: unknown;
    try {
      await step.apply(this.operation);
      if (step.logical && step.now !== undefined) this.#registered.set(step.urn, { now: step.now, event });
    } catch (error) {
      failure = error;
    }
    if (step.now !== undefined && step.op !== "replace") this.#markSecrets(step.now);
    this.#end(step, event, failure);
    if (failure === undefined) step.complete();
    else this.#remember(step, failure);
    return failure === undefined;
  }

  #begin(step: Step): StepEvent {
    const { op, urn, resource, old, now, replaceKeys } = step;
    const event: StepEvent = {
      op,
      urn,
      type: resource.type,
      ...(old && { old: copy(old) }),
      ...(now && { new: copy(now) }),
      replaceKeys,
      outcome: "started",
    };
    if (!isInternal(step)) this.events.started(event);
    const type = pendingTypes[op];
    if (type !== undefined) this.snapshots?.begin(resource, type);
    return event;
  }

  #end(step: Step, event: StepEvent, failure: unknown): void {
    const hidden = isInternal(step);
    // A preview tells of failures in its messages only: there the step stays open.
    if (failure === undefined) event.outcome = "done";
    else if (!this.operation.dryRun) event.outcome = "failed";
    if (step.now === undefined) delete event.new;
    else event.new = copy(step.now);
    if (step instanceof RefreshStep && failure === undefined && this.options.countRefreshes) {
      event.resultOp = step.resultOp;
    }
    if (failure !== undefined) {
      const message = messageOf(failure);
      this.events.error(
        this.operation.dryRun ? `Preview failed: ${message}` : message,
        hidden ? "" : step.urn,
      );
    } else if (!hidden) {
      this.#count(step);
    }
    if (!hidden) this.events.ended(event);
    this.#record(step, failure);
  }

  #count(step: Step): void {
    if (step instanceof RefreshStep) {
      if (this.options.countRefreshes) this.events.count(step.resultOp);
    } else if (step.op === "read") {
      // Reading is worth a line in the summary only when it found something new.
      if (step.old !== undefined && !equal(step.old.outputs, step.now?.outputs)) this.events.count("read");
    } else if (step.logical) {
      this.events.count(step.op);
    }
  }

  #remember(step: Step, failure: unknown): void {
    this.error ??= failure;
    if (this.options.refreshing) return;
    // A protected resource doesn't stop what has nothing to do with it.
    if (failure instanceof ProtectedError) this.failed.push(step);
    else this.stop();
  }

  /** Outputs are secret where the resource's options or the input of the same name say so. */
  #markSecrets(state: ResourceState): void {
    const names = new Set(state.additionalSecretOutputs);
    if (names.delete("id")) {
      this.operation.warn(
        "The 'id' property cannot be made secret. See pulumi/pulumi#2717 for more details.",
        state.urn,
      );
    }
    for (const [name, input] of Object.entries(state.inputs)) if (isSecret(input)) names.add(name);
    const hidden = Object.entries(state.outputs).filter(
      ([name, value]) => names.has(name) && !isSecret(value),
    );
    if (hidden.length === 0) return;
    state.outputs = {
      ...state.outputs,
      ...Object.fromEntries(hidden.map(([name, value]) => [name, secret(value)])),
    };
  }

  /** Writes down how the step ended. What exists but isn't ready is kept as well as what succeeded. */
  #record(step: Step, failure: unknown): void {
    const { snapshots } = this;
    if (snapshots === undefined) return;
    const { op, old, now } = step;
    const kept = failure === undefined || failure instanceof InitError;
    if (op === "update" && failure instanceof InitError && old !== undefined && now !== undefined) {
      // It was not updated successfully, so the next diff has to see the old inputs.
      now.inputs = copy(old.inputs);
    }
    if (op === "refresh" || op === "replace") return;
    if (!kept) {
      if (pendingTypes[op] !== undefined) snapshots.end({ of: step.resource });
      return;
    }
    if (op === "create" || op === "create-replacement") {
      if (old?.delete === true) snapshots.changed(old);
      snapshots.end({
        of: step.resource,
        old: old?.pendingReplacement === true ? old : undefined,
        ...(now && { now }),
      });
    } else if (now === undefined && old?.pendingReplacement === true && op !== "remove-pending-replace") {
      snapshots.changed(old);
      snapshots.end({ of: old });
    } else {
      const skipped = step instanceof SameStep && step.skippedCreate;
      if (!skipped) snapshots.end({ of: step.resource, old, ...(now && { now }) });
    }
  }
}
