import type { Goal } from "../protocol/goal";
import { contains, ignoreChanges, parsePath } from "../values/paths";
import type { DiffResult, Provider } from "../protocol/provider";
import type { ResourceState } from "../state/state";
import { changedKeys, containsUnknown, equal, isUnknown, plain, type Props } from "../values/values";
import type { Operation } from "./operation";

const nothing: DiffResult = { changes: "none", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false };
const some: DiffResult = { ...nothing, changes: "some" };
/** The key that stands for "it was not ready" in `replaceOnChanges`. */
const INIT_ERROR = "#initerror";

/** What a resource's provider says about going from the state to what is wanted. */
export async function diffResource(
  operation: Operation,
  state: ResourceState,
  news: Props,
  provider: Provider,
  preview: boolean,
  ignored: readonly string[],
): Promise<DiffResult> {
  const diff = await provider.diff(state.urn, state.id, state, news, preview, ignored);
  if (diff.changes !== "unknown") return diff;
  // The provider has no opinion: compare what was declared.
  const wanted = ignoring(operation, state.urn, news, state.inputs, ignored);
  const changed = changedKeys(state.inputs, wanted);
  return { ...diff, changes: changed.length > 0 ? "some" : "none", changedKeys: changed };
}

/** `news` with the old values of what is to be ignored; says so where that is impossible. */
export function ignoring(
  operation: Operation,
  urn: string,
  news: Props,
  olds: Props,
  ignored: readonly string[],
): Props {
  const { inputs, invalid } = ignoreChanges(news, olds, ignored);
  if (invalid.length > 0) {
    const paths = JSON.stringify(invalid.join(", "));
    operation.events.diagnostic(
      "info",
      `cannot ignore changes in added or removed elements of the path: ${paths}`,
      urn,
    );
  }
  return inputs;
}

/** The diff of one registration, before the options of its resource are applied. */
export async function diffRegistration(
  operation: Operation,
  replaced: ReadonlySet<string>,
  goal: Goal,
  old: ResourceState,
  now: ResourceState,
  provider: Provider | undefined,
): Promise<DiffResult> {
  if (isTargetedReplace(operation, now.urn, old)) return { ...some, replaceKeys: ["id"] };
  if (now.replaceWith.some((urn) => replaced.has(urn))) {
    return { ...some, replaceKeys: ["replaceWith"] };
  }
  // A custom resource that became a component, or the other way round.
  if ((old.provider === "") !== (now.provider === "")) return { ...some, replaceKeys: ["provider"] };
  if (provider === undefined) return equal(old.inputs, now.inputs) ? nothing : some;
  return diffResource(operation, old, now.inputs, provider, operation.dryRun, goal.ignoreChanges);
}

export const isTargetedReplace = (
  operation: Operation,
  urn: string,
  old: ResourceState | undefined,
): boolean => operation.replace.has(urn) || old?.taint === true;

/** `replaceOnChanges` turns the changes it names into reasons to replace. */
export function applyReplaceOnChanges(
  diff: DiffResult,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): DiffResult {
  if (diff.changes !== "some" && !hasInitErrors) return diff;
  const paths = replaceOnChanges.map((text) => parsePath(text) ?? []);
  const blamed = (key: string): boolean => {
    const path = key === INIT_ERROR ? [INIT_ERROR] : parsePath(key);
    return path !== undefined && paths.some((wanted) => contains(wanted, path));
  };
  const keys = new Set([...diff.replaceKeys, ...diff.changedKeys.filter(blamed)]);
  const failed = hasInitErrors && blamed(INIT_ERROR);
  if (failed) keys.add(INIT_ERROR);
  return { ...diff, changes: failed ? "some" : diff.changes, replaceKeys: [...keys] };
}

/** Whether `replacementTrigger` asks for a replacement: it changed, and neither value is null. */
export function triggered(now: Props[string], old: Props[string]): boolean {
  const [a, b] = [plain({ value: now })["value"] ?? null, plain({ value: old })["value"] ?? null];
  if (containsUnknown(a) || containsUnknown(b) || isUnknown(a)) return true;
  return a !== null && b !== null && !equal(a, b);
}
