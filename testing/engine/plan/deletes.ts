import { deletionGroups } from "../state/graph";
import { dependenciesOf, type ResourceState } from "../state/state";
import type { Decisions } from "./decisions";
import { Bail } from "./operation";
import { dependentReplacements } from "./replacements";
import { DeleteStep, RemovePendingReplaceStep, SameStep, type Step } from "./steps";

/** Steps for what is in the state and was not registered: deletes, and for what is not a target, nothing. */
export async function deleteSteps(decided: Decisions): Promise<{ sames: Step[]; deletes: Step[] }> {
  const { operation } = decided;
  const allowed = await targetedDeletes(decided);
  const deletes: Step[] = [];
  const sames: Step[] = [];
  for (const state of operation.base.resources) {
    if (allowed?.has(state.urn) === false) {
      if (!decided.isOperatedOn(state.urn)) sames.push(new SameStep(state, { ...state, id: "" }));
      continue;
    }
    if (state.delete) {
      if (decided.deletedEarly.has(state)) continue;
      operation.deleted.add(state.urn);
      deletes.push(new DeleteStep(state, "after"));
    } else if (!decided.isOperatedOn(state.urn)) {
      operation.deleted.add(state.urn);
      deletes.push(
        state.pendingReplacement ? new RemovePendingReplaceStep(state, undefined) : new DeleteStep(state),
      );
    }
    if (operation.deleted.has(state.urn)) operation.ensureProvider(state.provider);
  }
  refuseUntargeted(decided, deletes);
  return { sames, deletes };
}

/** With targets: the targets, everything that stands on them, and what their replacement would replace. */
async function targetedDeletes(decided: Decisions): Promise<Set<string> | undefined> {
  const { operation } = decided;
  if (!operation.targets.constrained) return undefined;
  const allowed = new Set<string>();
  const frontier = operation.base.resources.filter(({ urn }) => operation.targets.has(urn));
  for (let next = frontier.shift(); next !== undefined; next = frontier.shift()) {
    if (allowed.has(next.urn)) continue;
    allowed.add(next.urn);
    frontier.push(...operation.graph.dependingOn(next, allowed, true));
    for (const { state } of await dependentReplacements(decided, next)) allowed.add(state.urn);
  }
  return allowed;
}

function refuseUntargeted(decided: Decisions, deletes: readonly Step[]): void {
  const { operation } = decided;
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
export function scheduleDeletes(decided: Decisions, deletes: readonly Step[]): Step[][] {
  const byState = new Map(deletes.map((step) => [step.resource, step]));
  return deletionGroups(decided.operation.graph, [...byState.keys()]).map((group) =>
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
