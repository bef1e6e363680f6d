import { isInternal, type Diagnostic, type Op, type StepEvent } from "../show/events";
import { newState, reveal, type ResourceState } from "../state/state";
import { STACK_TYPE } from "../values/urn";
import type { Props } from "../values/values";
import { known } from "./outputs";

/** The lines of the CLI's event log, as far as they are read here. */
interface Line {
  diagnosticEvent?: { urn?: string; prefix?: string; message: string; severity: string; ephemeral?: boolean };
  resourcePreEvent?: { metadata: Metadata };
  resOutputsEvent?: { metadata: Metadata };
  resOpFailedEvent?: { metadata: Metadata };
  summaryEvent?: { resourceChanges: Partial<Record<Op, number>> };
}

interface Metadata {
  op: Op;
  urn: string;
  type: string;
  old: StateMetadata | null;
  new: StateMetadata | null;
  keys?: string[];
}

interface StateMetadata {
  id: string;
  parent: string;
  inputs: Props;
  outputs: Props;
}

export interface CliEvents {
  readonly steps: readonly StepEvent[];
  readonly diagnostics: readonly Diagnostic[];
  readonly changes: Partial<Record<Op, number>>;
  /** Of the stack, where it has said them. */
  readonly outputs: Record<string, unknown> | undefined;
}

const severities = new Set(["info", "info#err", "warning", "error"]);

/** Reads what `--event-log` has written. */
export function readEvents(text: string): CliEvents {
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
  const steps: StepEvent[] = [];
  let outputs: Record<string, unknown> | undefined;
  for (const line of lines) {
    if (line.resourcePreEvent !== undefined) steps.push(started(line.resourcePreEvent.metadata));
    const ended = line.resOutputsEvent ?? line.resOpFailedEvent;
    if (ended === undefined) continue;
    end(steps, ended.metadata, line.resOpFailedEvent === undefined ? "done" : "failed");
    if (ended.metadata.type === STACK_TYPE) outputs = known(reveal(ended.metadata.new?.outputs ?? {}, blind));
  }
  // The log doesn't mention the end of a component that stays as it is.
  for (const step of steps) if (step.op === "same" && step.outcome === "started") step.outcome = "done";
  return {
    steps: steps.filter((step) => !isInternal(step)),
    diagnostics: lines.flatMap((line) => diagnostic(line)),
    changes: lines.find((line) => line.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    outputs,
  };
}

/** Refresh and destroy show no secrets: all look the same. */
const blind = () => ({ decrypt: () => '"[secret]"' });

const stateOf = (metadata: Metadata, state: StateMetadata | null): ResourceState | undefined =>
  state === null
    ? undefined
    : newState({
        urn: metadata.urn,
        type: metadata.type,
        id: state.id,
        parent: state.parent,
        inputs: reveal(state.inputs, blind),
        outputs: reveal(state.outputs, blind),
      });

function started(metadata: Metadata): StepEvent {
  const [old, now] = [stateOf(metadata, metadata.old), stateOf(metadata, metadata.new)];
  return {
    op: metadata.op,
    urn: metadata.urn,
    type: metadata.type,
    ...(old && { old }),
    ...(now && { new: now }),
    replaceKeys: metadata.keys ?? [],
    outcome: "started",
  };
}

/** The log says when a resource has ended, not which of its steps: it is the first one that is still open. */
function end(steps: readonly StepEvent[], metadata: Metadata, outcome: "done" | "failed"): void {
  const open = steps.find(
    (step) =>
      step.urn === metadata.urn &&
      step.outcome === "started" &&
      (step.op === metadata.op || step.op === "refresh"),
  );
  const step = open ?? steps.findLast(({ urn }) => urn === metadata.urn);
  if (step === undefined) return;
  step.outcome = outcome;
  const now = stateOf(metadata, metadata.new);
  if (now === undefined) delete step.new;
  else step.new = now;
  // Only a refresh of its own says what it found; as a part of another operation it is just a "refresh".
  if (step.op === "refresh" && metadata.op !== "refresh") {
    step.resultOp = metadata.op as "same" | "update" | "delete";
  }
}

function diagnostic(line: Line): Diagnostic[] {
  const event = line.diagnosticEvent;
  if (event === undefined || !severities.has(event.severity)) return [];
  return [
    {
      severity: event.severity as Diagnostic["severity"],
      ...(event.urn === undefined || event.urn === "" ? {} : { urn: event.urn }),
      message: event.message.replace(/\n+$/, ""),
    },
  ];
}
