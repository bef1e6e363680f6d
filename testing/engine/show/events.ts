import type { ResourceState } from "../state/state";
import { isDefaultProvider } from "../values/urn";

export type Op =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "discard"
  | "discard-replaced"
  | "remove-pending-replace"
  | "refresh"
  | "import";

export interface Diagnostic {
  readonly severity: "info" | "info#err" | "warning" | "error";
  /** The resource it is about; absent when it is about the whole operation. */
  readonly urn?: string;
  readonly message: string;
}

/** A step as it was done, with copies of the states before and after. */
export interface StepEvent {
  readonly op: Op;
  readonly urn: string;
  readonly type: string;
  /** What a `refresh` found; the refreshes of `up --refresh` and the like don't say. */
  resultOp?: "same" | "update" | "delete";
  readonly old?: ResourceState;
  new?: ResourceState;
  /** The properties a replacement is blamed on. */
  readonly replaceKeys: readonly string[];
  outcome: "started" | "done" | "failed";
}

export type EngineEvent =
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly kind: "step-started" | "step-ended"; readonly step: StepEvent };

const colors = /\u001b\[[\d;]*m/g;

/** Everything an operation says while it runs. */
export class EventLog {
  readonly diagnostics: Diagnostic[] = [];
  readonly steps: StepEvent[] = [];
  /** How many resources were created, updated… The engine's own providers are not counted. */
  readonly changes: Partial<Record<Op, number>> = {};

  constructor(
    private readonly listener: (event: EngineEvent) => void,
    /** Secret configuration: blotted out in messages, as the CLI does. */
    private readonly secrets: readonly string[] = [],
  ) {}

  /** Without the secrets of the configuration, wherever in a text a program has put them. */
  blot(text: string): string {
    return this.secrets.reduce((left, value) => left.replaceAll(value, "[secret]"), text);
  }

  diagnostic(severity: Diagnostic["severity"], message: string, urn = ""): void {
    const text = this.blot(message.replace(colors, "").replace(/\n+$/, ""));
    const diagnostic = { severity, message: text, ...(urn === "" ? {} : { urn }) };
    this.diagnostics.push(diagnostic);
    this.listener({ kind: "diagnostic", diagnostic });
  }

  error(message: string, urn = ""): void {
    this.diagnostic("error", message, urn);
  }

  started(step: StepEvent): void {
    this.steps.push(step);
    this.listener({ kind: "step-started", step });
  }

  ended(step: StepEvent): void {
    this.listener({ kind: "step-ended", step });
  }

  count(op: Op): void {
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }
}

/** What people are not shown: default providers, and the bookkeeping around replacements. */
export const isInternal = (step: { op: Op; urn: string }): boolean =>
  step.op === "remove-pending-replace" || isDefaultProvider(step.urn);
