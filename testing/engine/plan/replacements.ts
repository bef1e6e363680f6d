import type { Registration } from "../protocol/goal";
import type { DiffResult } from "../protocol/provider";
import type { ResourceState } from "../state/state";
import { isProviderType, referencedUrn } from "../values/urn";
import { UNKNOWN, type Props } from "../values/values";
import { applyReplaceOnChanges, diffResource } from "./diffing";
import type { Decisions } from "./decisions";
import { Bail, type Operation } from "./operation";
import { CreateStep, DeleteStep, quoted, ReplaceStep, type Step } from "./steps";

/** Replaces a resource: the new one first and the old one at the end, or, where they cannot live side by side, the old one first. */
export async function replacementSteps(
  decided: Decisions,
  registration: Registration,
  old: ResourceState,
  now: ResourceState,
  diff: DiffResult,
): Promise<Step[]> {
  const { operation } = decided;
  const { goal } = registration;
  const answer = registration.done.bind(registration);
  decided.replaces.add(now.urn);
  const keys = diff.replaceKeys;
  if (!(goal.deleteBeforeReplace ?? diff.deleteBeforeReplace)) {
    return [new CreateStep(now, answer, { old, keys, pending: true }), new ReplaceStep(old, now, keys)];
  }
  const steps = await dependentDeletes(decided, old, now.urn);
  operation.ensureProvider(old.provider);
  if (!old.pendingReplacement) {
    // What goes with it by `deletedWith` is left to it.
    operation.deleted.add(old.urn);
    steps.push(new DeleteStep(old, "before"));
  }
  return [
    ...steps,
    new ReplaceStep(old, now, keys),
    new CreateStep(now, answer, { old, keys, pending: false }),
  ];
}

/** Replacing means deleting, which protection forbids; protection that this very program takes away doesn't count. */
export function refuseIfProtected(operation: Operation, old: ResourceState, now: ResourceState): void {
  if (now.protect && old.protect) {
    operation.fail(
      `unable to replace resource ${JSON.stringify(now.urn)}\n` +
        "as it is currently marked for protection. To unprotect the resource, remove the `protect` flag from the resource in " +
        "your Pulumi program and run `pulumi up`",
      now.urn,
    );
  }
}

/** Deletes of what would have to be replaced too once `old` is gone, in reverse order of dependency. */
async function dependentDeletes(decided: Decisions, old: ResourceState, urn: string): Promise<Step[]> {
  const { operation } = decided;
  const steps: Step[] = [];
  const dependents = operation.graph.contains(old) ? await dependentReplacements(decided, old) : [];
  for (const { state, keys } of dependents.reverse()) {
    if (decided.deletedEarly.has(state)) continue;
    decided.dependentReplaceKeys.set(state.urn, keys);
    if (state.delete) {
      steps.push(new DeleteStep(state));
    } else {
      if (state.protect) refuseProtected(decided, state.urn, urn);
      steps.push(new DeleteStep(state, "before"));
    }
    operation.deleted.add(state.urn);
    decided.deletedEarly.add(state);
  }
  return steps;
}

function refuseProtected(decided: Decisions, dependent: string, urn: string): never {
  const message =
    `unable to replace resource ${JSON.stringify(dependent)} as part of replacing ${JSON.stringify(urn)} ` +
    "as it is currently marked for protection. To unprotect the resource, remove the `protect` flag from the resource in your " +
    `Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect ${quoted(dependent)}\``;
  decided.operation.events.error(message, urn);
  decided.operation.sawError = true;
  throw new Bail(message);
}

export interface DependentReplacement {
  readonly state: ResourceState;
  readonly keys: readonly string[];
}

/**
 * Which dependents of `root` its replacement would replace: their inputs that come from a replaced resource are made unknown, and their
 * provider is asked. What the program has registered already cannot depend on it any more.
 */
export async function dependentReplacements(
  decided: Decisions,
  root: ResourceState,
): Promise<DependentReplacement[]> {
  const { operation } = decided;
  const seen = new Set<string>(operation.deleted);
  for (const urns of [decided.reads, decided.creates, decided.sames, decided.updates, decided.replaces]) {
    for (const urn of urns) seen.add(urn);
  }
  const replaced = new Set([root.urn]);
  const found: DependentReplacement[] = [];
  for (const state of operation.graph.dependingOn(root, seen, false)) {
    const keys = await replaceKeys(decided, state, replaced);
    if (keys === undefined) continue;
    replaced.add(state.urn);
    found.push({ state, keys });
  }
  return [...found, ...replacedWith(decided, root.urn)];
}

async function replaceKeys(
  decided: Decisions,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  const { operation } = decided;
  if (!state.custom || state.external) return undefined;
  if (state.provider !== "" && replaced.has(referencedUrn(state.provider))) {
    operation.ensureProvider(state.provider);
    return [];
  }
  // What it is deleted with takes it along, whatever its provider would say.
  if (replaced.has(state.deletedWith)) return [];
  const isAffected = (key: string): boolean =>
    (state.propertyDependencies[key] ?? []).some((urn) => replaced.has(urn));
  if (!Object.keys(state.inputs).some(isAffected)) return undefined;
  const inputs: Props = Object.fromEntries(
    Object.entries(state.inputs).map(([key, value]) => [key, isAffected(key) ? UNKNOWN : value]),
  );
  if (isProviderType(state.type)) operation.registry.load(state);
  else operation.ensureProvider(state.provider);
  const provider = operation.providerOf(state);
  const diff = applyReplaceOnChanges(
    await diffResource(operation, state, inputs, provider, true, state.ignoreChanges),
    state.replaceOnChanges,
    false,
  );
  return diff.replaceKeys.length > 0 ? diff.replaceKeys : undefined;
}

const replacedWith = (decided: Decisions, urn: string): DependentReplacement[] =>
  [...decided.operation.olds.values()]
    .filter((state) => state.replaceWith.includes(urn))
    .map((state) => ({ state, keys: [] }));
