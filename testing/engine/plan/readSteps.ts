import type { DiffResult, Provider } from "../protocol/provider";
import type { Registered } from "../protocol/goal";
import type { ResourceState } from "../state/state";
import { isProviderType } from "../values/urn";
import { equal, isUnknown } from "../values/values";
import { InitError, Step, type StepContext } from "./steps";

/** Reads a resource that the program only refers to. */
export class ReadStep extends Step {
  readonly op: "read" | "read-replacement";
  override readonly logical: boolean;

  constructor(
    override readonly old: ResourceState | undefined,
    override now: ResourceState,
    private readonly answer: (result: Registered) => void,
    /** It was managed so far, under another id: the managed one goes at the end. */
    private readonly replacing: boolean,
  ) {
    super(old, now);
    this.op = replacing ? "read-replacement" : "read";
    this.logical = !replacing;
  }

  async apply(context: StepContext): Promise<void> {
    const { old, now } = this;
    let failed: InitError | undefined;
    if (!isUnknown(now.id)) {
      const result = await context
        .providerOf(now)
        .read(now.urn, now.id, now.inputs, now.inputs, now.customTimeouts.read ?? 0);
      now.outputs = result.outputs;
      if (result.id !== "") now.id = result.id;
      if (result.initErrors !== undefined) {
        now.initErrors = [...result.initErrors];
        failed = new InitError(result.initErrors);
      }
    }
    if (old !== undefined) {
      if (this.replacing) old.delete = true;
      now.created = old.created;
      now.modified = old.modified;
      if (!equal(now.inputs, old.inputs) || !equal(now.outputs, old.outputs)) {
        now.modified = new Date().toISOString();
      }
    }
    if (failed !== undefined) throw failed;
  }

  override complete(): void {
    this.answer({ state: this.now });
  }
}

/** Looks at what is really there. `now` becomes what was found, or undefined when it is gone. */
export class RefreshStep extends Step {
  readonly op = "refresh";
  override readonly logical = false;
  #changes: DiffResult["changes"] = "none";

  constructor(override readonly old: ResourceState) {
    super(old, old);
  }

  get resultOp(): "same" | "update" | "delete" {
    if (this.now === undefined) return "delete";
    if (this.now === this.old) return "same";
    if (this.old.external) return equal(this.old.outputs, this.now.outputs) ? "same" : "update";
    return this.#changes === "none" ? "same" : "update";
  }

  override get resource(): ResourceState {
    return this.old;
  }

  async apply(context: StepContext): Promise<void> {
    const { old } = this;
    if (!old.custom || isProviderType(old.type) || old.pendingReplacement) return;
    const provider = context.providerOf(old);
    const found = await provider.read(old.urn, old.id, old.inputs, old.outputs, old.customTimeouts.read ?? 0);
    if (found.initErrors !== undefined) {
      const reasons = found.initErrors.join("\n* ");
      context.warn(`Refreshed resource is in an unhealthy state:\n* ${reasons}`, old.urn);
    }
    if (found.id === "") {
      this.now = undefined;
      return;
    }
    const now: ResourceState = {
      ...old,
      id: found.id,
      inputs: found.inputs ?? old.inputs,
      outputs: found.outputs,
      initErrors: [...(found.initErrors ?? [])],
    };
    if (!equal(now.inputs, old.inputs) || !equal(now.outputs, old.outputs)) {
      now.modified = new Date().toISOString();
    }
    this.now = now;
    if (!old.external) this.#changes = await this.#compare(provider, now, context.dryRun);
  }

  /** The engine asks the provider whether going back from what was found to what was declared would change anything. */
  async #compare(provider: Provider, now: ResourceState, dryRun: boolean): Promise<DiffResult["changes"]> {
    const { old } = this;
    const diff = await provider.diff(now.urn, now.id, now, old.inputs, dryRun, old.ignoreChanges);
    return diff.changes;
  }
}

/**
 * The `import` option. Dynamic resources cannot be imported: the engine has no properties to send, so the provider gets no code to run, and says so.
 * Should one answer all the same, this engine refuses.
 */
export class ImportStep extends Step {
  readonly op = "import";

  constructor(
    override now: ResourceState,
    private readonly id: string,
  ) {
    super(undefined, now);
  }

  async apply(context: StepContext): Promise<void> {
    await context.providerOf(this.now).read(this.now.urn, this.id, {}, {}, 0);
    throw new Error(`The offline engine does not support the "import" option (of '${this.now.urn}').`);
  }
}
