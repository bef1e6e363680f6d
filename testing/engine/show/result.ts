import type { ResourceState } from "../state/state";
import { nameOf } from "../values/urn";
import { changedKeys, isUnknown, type Props } from "../values/values";
import type { Diagnostic, Op, StepEvent } from "./events";

/** What happened to one resource. */
export interface StepResult {
  readonly op: Op;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Absent where it isn't known yet (a create in a preview, a `get` of what is yet to be made). */
  readonly id?: string;
  /** What a `refresh` found; the refreshes of `up --refresh` and the like don't say. */
  readonly resultOp?: "same" | "update" | "delete";
  /** The inputs that differ from before; for a refresh, the inputs or outputs that were found to differ. */
  readonly diffKeys: readonly string[];
  /** The properties a replacement is blamed on. */
  readonly replaceKeys: readonly string[];
  readonly outcome: "done" | "failed" | "started";
}

/** A request as an emulator logs it. */
export interface LoggedRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
}

export interface Outcome {
  /** False when the command line would have ended with another exit code than 0. */
  readonly ok: boolean;
  readonly exitCode: number;
  /** In the order in which they started. */
  readonly steps: readonly StepResult[];
  /** How many resources were created, updated, replaced, deleted, left alone (`same`)… */
  readonly changes: Readonly<Partial<Record<Op, number>>>;
  readonly diagnostics: readonly Diagnostic[];
  /** The stack's outputs, secrets in clear. In a preview secrets are `[secret]`, and what cannot be known is missing. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What a person would have read in the terminal. */
  readonly text: string;
  /** What the emulator was asked meanwhile, if it keeps a log. */
  readonly requests: readonly LoggedRequest[];
}

/** The result of one operation. A failed one is a result too, not an exception: `orThrow` makes it one. */
export class Result implements Outcome {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly steps: readonly StepResult[];
  readonly changes: Readonly<Partial<Record<Op, number>>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly requests: readonly LoggedRequest[];

  constructor(outcome: Outcome) {
    this.ok = outcome.ok;
    this.exitCode = outcome.exitCode;
    this.steps = outcome.steps;
    this.changes = outcome.changes;
    this.diagnostics = outcome.diagnostics;
    this.outputs = outcome.outputs;
    this.text = outcome.text;
    this.requests = outcome.requests;
  }

  /** The errors' messages. */
  get errors(): readonly string[] {
    return this.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  }

  /** The steps of one resource, by its name in the program. */
  stepsOf(name: string): readonly StepResult[] {
    return this.steps.filter((step) => step.name === name);
  }

  /** This result, if it is a good one. */
  orThrow(): this {
    if (!this.ok) throw new Error(`The operation failed:\n${this.errors.join("\n")}\n\n${this.text}`);
    return this;
  }
}

export function stepResult(step: StepEvent): StepResult {
  const id = (step.new ?? step.old)?.id ?? "";
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    name: nameOf(step.urn),
    ...(id === "" || isUnknown(id) ? {} : { id }),
    ...(step.resultOp && { resultOp: step.resultOp }),
    diffKeys: diffKeys(step),
    replaceKeys: step.replaceKeys,
    outcome: step.outcome,
  };
}

const compared = (state: ResourceState | undefined, refresh: boolean): Props =>
  refresh ? { ...state?.outputs, ...state?.inputs } : (state?.inputs ?? {});

function diffKeys(step: Pick<StepEvent, "op" | "old" | "new">): string[] {
  if (step.old === undefined || step.new === undefined) return [];
  const refresh = step.op === "refresh";
  return changedKeys(compared(step.old, refresh), compared(step.new, refresh)).filter(
    (key) => key !== "__provider",
  );
}
