import { resolve } from "node:path";
import type { Result, StepResult } from "../show/result";
import { crypterFor } from "../state/secrets";
import { importSnapshot } from "../state/snapshot";
import type { ExportedStack, ResourceState } from "../state/state";
import { isProviderType } from "../values/urn";

/** An operation without what differs between two runs on the same engine: order of parallel work, times, random ids. */
export interface Normalized {
  readonly operation: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly steps: readonly StepResult[];
  readonly changes: Result["changes"];
  readonly diagnostics: readonly Result["diagnostics"][number][];
  readonly outputs: Result["outputs"];
  /** What providers were asked. */
  readonly calls: readonly string[];
  readonly state: readonly ResourceState[];
}

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

export function normalizeResult(
  operation: string,
  result: Result,
  calls: readonly string[],
  state: readonly ResourceState[],
): Normalized {
  return {
    operation,
    ok: result.ok,
    exitCode: result.exitCode,
    // Sorting is stable: the steps of one resource stay in order.
    steps: result.steps.filter((step) => result.ok || step.op !== "same").sort(by((step) => step.urn)),
    changes: result.ok ? result.changes : withoutSame(result.changes),
    diagnostics: [...result.diagnostics].sort(by((message) => JSON.stringify(message))),
    outputs: result.outputs,
    calls: calls.map(sortedKeys).sort(),
    state,
  };
}

/** Which unchanged resources a run still reaches that another one's failure ends is a race, on both engines. */
function withoutSame({ same: _same, ...changes }: Result["changes"]): Result["changes"] {
  return changes;
}

const sortedKeys = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** The state's resources in a fixed order, secrets in clear, source positions as absolute paths. */
export function normalizeState(exported: ExportedStack, root: string, passphrase: string): ResourceState[] {
  const { resources } = importSnapshot(exported, (salt) => crypterFor(passphrase, salt));
  const random = new Map(
    resources.filter(({ type, id }) => isProviderType(type) && id !== "").map(({ id }) => [id, "<id>"]),
  );
  const mask = (text: string): string => {
    for (const [id, name] of random) text = text.replace(id, name);
    return text;
  };
  const place = (position: string): string => {
    const [path = "", line = ""] = position.replace("project:///", "").split("#");
    return position === "" ? "" : `${resolve(root, decodeURI(path))}#${line}`;
  };
  return resources
    .map((state) => ({
      ...state,
      id: mask(state.id),
      provider: mask(state.provider),
      created: state.created === "" ? "" : "<time>",
      modified: state.modified === "" ? "" : state.modified === state.created ? "<created>" : "<later>",
      dependencies: [...state.dependencies].sort(),
      propertyDependencies: Object.fromEntries(
        Object.entries(state.propertyDependencies)
          .map(([key, urns]): [string, string[]] => [key, [...urns].sort()])
          .sort(by(([key]) => key)),
      ),
      sourcePosition: place(state.sourcePosition),
      stackTrace: state.stackTrace.map(({ sourcePosition = "" }) => ({
        sourcePosition: place(sourcePosition),
      })),
    }))
    .sort(by((state) => `${state.urn} ${state.delete} ${state.id}`));
}
