import type { Op } from "../show/events";
import type { Registered } from "../protocol/goal";
import { initErrorText, type Provider } from "../protocol/provider";
import type { ResourceState } from "../state/state";

/** What a step needs from the operation it is part of. */
export interface StepContext {
  readonly dryRun: boolean;
  /** The provider of a custom resource; throws when it is not loaded. */
  providerOf(state: ResourceState): Provider;
  warn(message: string, urn: string): void;
  /** Resources this operation deletes, for `deletedWith`. */
  readonly deleted: ReadonlySet<string>;
}

/** Thrown where an object was made or changed, but is not ready: its state is kept, and the step counts as failed. */
export class InitError extends Error {
  constructor(reasons: readonly string[]) {
    super(initErrorText(reasons));
  }
}

type Answer = (result: Registered) => void;

/** One thing to do for one resource. */
export abstract class Step {
  abstract readonly op: Op;
  readonly old: ResourceState | undefined;
  /** The state after the step; undefined when it deletes. */
  now: ResourceState | undefined;
  /** Whether this is the step that stands for its resource in the summary; the parts of a replacement are not. */
  readonly logical: boolean = true;
  readonly replaceKeys: readonly string[] = [];

  constructor(old: ResourceState | undefined, now: ResourceState | undefined) {
    this.old = old;
    this.now = now;
  }

  get resource(): ResourceState {
    const resource = this.now ?? this.old;
    if (resource === undefined) throw new Error("a step without a resource");
    return resource;
  }

  get urn(): string {
    return this.resource.urn;
  }

  abstract apply(context: StepContext): Promise<void>;
  /** Tells the program, once the state has been written. */
  complete(): void {
    // Most steps have nobody waiting for them.
  }
}

const timestamp = (): string => new Date().toISOString();

/** Nothing to change; the state still takes over what the program says about it (parents, options, dependencies). */
export class SameStep extends Step {
  readonly op = "same";

  constructor(
    override readonly old: ResourceState,
    override now: ResourceState,
    private readonly answer?: Answer,
    /** A create that was left out, because it is not among the targets. */
    readonly skippedCreate = false,
    private readonly loadProvider?: () => void,
  ) {
    super(old, now);
  }

  async apply(): Promise<void> {
    this.now.id = this.old.id;
    this.now.outputs = this.old.outputs;
    this.loadProvider?.();
  }

  override complete(): void {
    this.answer?.({ state: this.now, unknown: this.skippedCreate });
  }
}

export class CreateStep extends Step {
  readonly op: "create" | "create-replacement";
  override readonly logical: boolean;

  constructor(
    override now: ResourceState,
    private readonly answer: Answer,
    /** Set when this replaces `old`; `pending` when the old one goes afterwards. */
    private readonly replacing?: { old: ResourceState; keys: readonly string[]; pending: boolean },
  ) {
    super(replacing?.old, now);
    this.op = replacing === undefined ? "create" : "create-replacement";
    this.logical = replacing === undefined;
    this.replaceKeys = replacing?.keys ?? [];
  }

  override readonly replaceKeys: readonly string[];

  async apply(context: StepContext): Promise<void> {
    let failed: InitError | undefined;
    if (this.now.custom) {
      const result = await context
        .providerOf(this.now)
        .create(this.now.urn, this.now.inputs, this.now.customTimeouts.create ?? 0, context.dryRun);
      this.now.id = result.id;
      this.now.outputs = result.outputs;
      if (result.initErrors !== undefined) {
        this.now.initErrors = [...result.initErrors];
        failed = new InitError(result.initErrors);
      }
    }
    this.now.created = this.now.modified = timestamp();
    if (this.replacing?.pending === true) this.replacing.old.delete = true;
    if (failed !== undefined) throw failed;
  }

  override complete(): void {
    this.answer({ state: this.now });
  }
}

export class UpdateStep extends Step {
  readonly op = "update";

  constructor(
    override readonly old: ResourceState,
    override now: ResourceState,
    private readonly answer: Answer,
    private readonly ignoreChanges: readonly string[],
  ) {
    super(old, now);
  }

  async apply(context: StepContext): Promise<void> {
    const { old, now } = this;
    now.id = old.id;
    now.created = old.created;
    now.modified = old.modified;
    if (!now.custom) return;
    const result = await context
      .providerOf(now)
      .update(
        now.urn,
        old.id,
        old,
        now.inputs,
        now.customTimeouts.update ?? 0,
        context.dryRun,
        this.ignoreChanges,
      );
    now.outputs = result.outputs;
    now.modified = timestamp();
    if (result.initErrors !== undefined) {
      now.initErrors = [...result.initErrors];
      throw new InitError(result.initErrors);
    }
  }

  override complete(): void {
    this.answer({ state: this.now });
  }
}

/** Stands for a whole replacement; its create and its delete are steps of their own. */
export class ReplaceStep extends Step {
  readonly op = "replace";

  constructor(
    override readonly old: ResourceState,
    override now: ResourceState,
    override readonly replaceKeys: readonly string[],
  ) {
    super(old, now);
  }

  async apply(): Promise<void> {
    // Nothing is left to do.
  }
}

/** Deletes; as part of a replacement it comes before the create (`before`) or after it (`after`). */
export class DeleteStep extends Step {
  readonly op: "delete" | "delete-replaced" | "discard" | "discard-replaced";
  override readonly logical: boolean;

  constructor(
    override readonly old: ResourceState,
    private readonly replacing?: "before" | "after",
  ) {
    super(old, undefined);
    const replaced = replacing !== undefined;
    this.logical = !replaced;
    if (old.external) this.op = replaced ? "discard-replaced" : "discard";
    else this.op = replaced ? "delete-replaced" : "delete";
  }

  async apply(context: StepContext): Promise<void> {
    const { old } = this;
    if (this.replacing === undefined && old.protect) throw new ProtectedError(old.urn);
    const forgotten =
      old.external || old.retainOnDelete || (old.deletedWith !== "" && context.deleted.has(old.deletedWith));
    if (!context.dryRun && old.custom && !forgotten) {
      await context
        .providerOf(old)
        .delete(old.urn, old.id, old.inputs, old.outputs, old.customTimeouts.delete ?? 0);
    }
    if (this.replacing === "before") old.pendingReplacement = true;
  }
}

export class ProtectedError extends Error {
  constructor(urn: string) {
    super(
      `resource ${JSON.stringify(urn)} cannot be deleted\n` +
        "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in your Pulumi " +
        `program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect ${quoted(urn)}\``,
    );
  }
}

/** As the CLI quotes a URN for the shell. */
export const quoted = (urn: string): string => `'${urn}'`;

/** Forgets a resource that was deleted for a replacement which the program no longer wants. */
export class RemovePendingReplaceStep extends Step {
  readonly op = "remove-pending-replace";
  override readonly logical = false;

  async apply(): Promise<void> {
    // It is gone already.
  }
}
