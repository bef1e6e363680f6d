import type { StepGenerator } from "./generator";
import { deletionGroups } from "./graph";
import { Bail } from "./operation";
import { dependentReplacements } from "./replacements";
import { dependenciesOf, type ResourceState } from "./state";
import { DeleteStep, RemovePendingReplaceStep, SameStep, type Step } from "./steps";

/** Steps for what is in the state and was not registered: deletes, and for what is not a target, nothing. */
export async function deleteSteps(generator: StepGenerator): Promise<{ sames: Step[]; deletes: Step[] }> {
  const { operation } = generator;
  const allowed = await targetedDeletes(generator);
  const deletes: Step[] = [];
  const sames: Step[] = [];
  for (const state of operation.base.resources) {
    if (allowed?.has(state.urn) === false) {
      if (!generator.isOperatedOn(state.urn)) sames.push(new SameStep(state, { ...state, id: "" }));
      continue;
    }
    if (state.delete) {
      if (generator.deletedEarly.has(state)) continue;
      operation.deleted.add(state.urn);
      deletes.push(new DeleteStep(state, "after"));
    } else if (!generator.isOperatedOn(state.urn)) {
      operation.deleted.add(state.urn);
      deletes.push(
        state.pendingReplacement ? new RemovePendingReplaceStep(state, undefined) : new DeleteStep(state),
      );
    }
    if (operation.deleted.has(state.urn)) operation.ensureProvider(state.provider);
  }
  refuseUntargeted(generator, deletes);
  return { sames, deletes };
}

/** With targets: the targets, everything that stands on them, and what their replacement would replace. */
async function targetedDeletes(generator: StepGenerator): Promise<Set<string> | undefined> {
  const { operation } = generator;
  if (!operation.targets.constrained) return undefined;
  const allowed = new Set<string>();
  const frontier = operation.base.resources.filter(({ urn }) => operation.targets.has(urn));
  for (let next = frontier.shift(); next !== undefined; next = frontier.shift()) {
    if (allowed.has(next.urn)) continue;
    allowed.add(next.urn);
    frontier.push(...operation.graph.dependingOn(next, allowed, true));
    for (const { state } of await dependentReplacements(generator, next)) allowed.add(state.urn);
  }
  return allowed;
}

function refuseUntargeted(generator: StepGenerator, deletes: readonly Step[]): void {
  const { operation } = generator;
  if (!operation.targets.constrained || operation.targetDependents) return;
  const refused = deletes.filter(({ urn }) => !operation.targets.has(urn));
  for (const { urn } of refused) {
    operation.events.error(
      `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
        "Either include resource in --target list or pass --target-dependents to proceed.",
      urn,
    );
    operation.sawError = true;
  }
  if (refused.length > 0 && !operation.dryRun) throw new Bail("delete untargeted resource");
}

/** Groups of deletes that may run side by side, in order. */
export function scheduleDeletes(generator: StepGenerator, deletes: readonly Step[]): Step[][] {
  const byState = new Map(deletes.map((step) => [step.resource, step]));
  return deletionGroups(generator.operation.graph, [...byState.keys()]).map((group) =>
    group.map((state) => byState.get(state)).filter((step) => step !== undefined),
  );
}

/** After a refresh: drops what is gone, and every reference to it. */
export function dropGone(found: readonly (ResourceState | undefined)[]): ResourceState[] {
  const known = new Set<string>();
  const there = (urn: string): boolean => known.has(urn);
  return found
    .filter((state) => state !== undefined)
    .map((state) => {
      state.dependencies = state.dependencies.filter(there);
      const properties: Record<string, string[]> = {};
      for (const [kind, urn, key = ""] of dependenciesOf(state)) {
        if (kind === "property" && there(urn)) (properties[key] ??= []).push(urn);
      }
      state.propertyDependencies = properties;
      if (!there(state.deletedWith)) state.deletedWith = "";
      state.replaceWith = state.replaceWith.filter(there);
      if (!there(state.parent)) state.parent = "";
      known.add(state.urn);
      return state;
    });
}
