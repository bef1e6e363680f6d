import type { Registered } from "../protocol/goal";
import { dependenciesOf, type ResourceState } from "../state/state";
import { referencedUrn } from "../values/urn";
import type { Decisions } from "./decisions";
import { SameStep, type Step } from "./steps";
import { Bail } from "./operation";

/**
 * A resource that is not among the targets stays as it was. What it depends on may not be in the program any more: such resources are carried
 * over before it, so that the state keeps its order.
 */
export function untargetedSames(
  decided: Decisions,
  old: ResourceState,
  answer: ((result: Registered) => void) | undefined,
): Step[] {
  const { operation } = decided;
  const steps: Step[] = [];
  const visit = (state: ResourceState, done: typeof answer): void => {
    if (state.delete) return;
    decided.urns.add(state.urn);
    decided.sames.add(state.urn);
    const urns = dependenciesOf(state).map(([, urn]) => urn);
    if (state.provider !== "") urns.unshift(referencedUrn(state.provider));
    for (const urn of urns) {
      if (decided.hasStep(urn) || decided.isOperatedOn(urn)) continue;
      const dependency = operation.olds.get(urn);
      if (dependency !== undefined) visit(dependency, undefined);
    }
    steps.push(new SameStep(state, { ...state, id: "" }, done));
  };
  visit(old, answer);
  return steps;
}

/** With targets, nothing may depend on a resource that is not going to be created. */
export function requireUntargeted(decided: Decisions, steps: Step[]): Step[] {
  const { operation, skippedCreates } = decided;
  if (!operation.targets.constrained && !operation.replace.constrained) return steps;
  for (const step of steps) {
    if (step.now === undefined || (step instanceof SameStep && step.skippedCreate)) continue;
    for (const [, urn] of dependenciesOf(step.now)) {
      if (!skippedCreates.has(urn)) continue;
      operation.events.error(
        `Resource '${step.urn}' depends on '${urn}' which was was not specified in --target list.`,
        step.urn,
      );
      operation.sawError = true;
      if (!operation.dryRun) throw new Bail("untargeted create");
      skippedCreates.delete(urn);
    }
  }
  return steps;
}
