import { goValue } from "../values/goValue";
import type { Goal, ReadRequest, Registration } from "../protocol/goal";
import type { CheckResult, Provider } from "../protocol/provider";
import { newState, type ResourceState } from "../state/state";
import { isProviderType, makeUrn, STACK_TYPE } from "../values/urn";
import { copy } from "../values/values";
import { aliasUrns } from "./aliases";
import { Decisions } from "./decisions";
import { applyReplaceOnChanges, diffRegistration, ignoring, isTargetedReplace, triggered } from "./diffing";
import { Bail } from "./operation";
import { ImportStep, ReadStep } from "./readSteps";
import { refuseIfProtected, replacementSteps } from "./replacements";
import { CreateStep, ReplaceStep, SameStep, UpdateStep, type Step } from "./steps";
import { requireUntargeted, untargetedSames } from "./untargeted";

/**
 * Turns what the program registers into steps, one registration after the other. The decisions are the real engine's:
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
 */
export class StepGenerator extends Decisions {
  /** The URN of a resource → the old one that it claimed. */
  readonly #formerUrns = new Map<string, string>();
  readonly #targeted = new Set<string>();

  #claim(parent: string, type: string, name: string): string {
    if (parent !== "" && !this.urns.has(parent)) {
      throw new Error(`could not find parent resource ${parent}`);
    }
    const urn = makeUrn(this.operation.naming, parent, type, name);
    if (this.urns.has(urn)) {
      const message = `Duplicate resource URN '${urn}'; try giving it a unique name`;
      this.operation.events.error(message, urn);
      throw new Bail(message);
    }
    this.urns.add(urn);
    return urn;
  }

  async register(registration: Registration): Promise<Step[]> {
    const { goal } = registration;
    const urn = this.#claim(goal.parent, goal.type, goal.name);
    const { old, alias, invalid } = this.#findOld(urn, goal, goal.aliases);
    const now = stateOf(goal, urn, old, alias);
    const provider = goal.custom ? this.operation.providerOf(now) : undefined;
    const recreating = this.operation.deleted.has(urn);
    if (goal.id !== "" && (old === undefined || old.external || (old.importID || old.id) !== goal.id)) {
      return [new ImportStep(now, goal.id)];
    }
    const isTargeted = this.#includes(now);
    const failed = await this.#check(goal, old, now, provider, recreating, isTargeted);
    if (failed || invalid) throw new Bail(`resource ${urn} is invalid`);
    const steps = await this.#decide(registration, old, now, provider, recreating, isTargeted);
    return requireUntargeted(this, steps);
  }

  /** The state of the resource, looked up under its URN first, then under its aliases. */
  #findOld(
    urn: string,
    named: Pick<Goal, "name" | "type" | "parent">,
    aliases: Goal["aliases"],
  ): { old: ResourceState | undefined; alias: string; invalid: boolean } {
    const { operation } = this;
    let invalid = false;
    const complain = (message: string): void => {
      operation.events.error(message, urn);
      invalid = true;
    };
    const claimedBy = this.aliased.get(urn);
    if (claimedBy !== undefined) {
      complain(`Duplicate resource URN '${urn}' conflicting with alias on resource with URN '${claimedBy}'`);
    }
    const old = operation.olds.get(urn);
    if (old !== undefined) return { old, alias: "", invalid };
    for (const alias of aliasUrns(operation.naming, named, aliases, this.#formerUrns)) {
      const found = operation.olds.get(alias);
      if (found === undefined || alias === urn) continue;
      const other = this.urns.has(alias) ? urn : this.aliased.get(alias);
      if (other !== undefined) {
        complain(
          `Duplicate resource alias '${alias}' applied to resource with URN '${urn}' conflicting with resource with URN '${other}'`,
        );
      }
      this.aliased.set(alias, urn);
      this.#formerUrns.set(urn, alias);
      operation.registry.registerAlias(urn, alias);
      return { old: found, alias, invalid };
    }
    return { old: undefined, alias: "", invalid };
  }

  /** Providers and the stack itself take part in everything. */
  #includes(state: ResourceState): boolean {
    const { targets, targetDependents } = this.operation;
    if (!targets.constrained || isProviderType(state.type) || state.type === STACK_TYPE) return true;
    const included = targets.has(state.urn) || (targetDependents && dependsOn(state, this.#targeted));
    if (included) this.#targeted.add(state.urn);
    return included;
  }

  /** Lets the provider judge and complete the inputs; true when it refused them. */
  async #check(
    goal: Goal,
    old: ResourceState | undefined,
    now: ResourceState,
    provider: Provider | undefined,
    recreating: boolean,
    isTargeted: boolean,
  ): Promise<boolean> {
    const { operation } = this;
    const wanted =
      old === undefined
        ? goal.properties
        : ignoring(operation, now.urn, goal.properties, old.inputs, goal.ignoreChanges);
    now.inputs = copy(wanted);
    if (provider === undefined) return false;
    if (!isTargeted) {
      now.inputs = copy(old?.inputs ?? {});
      return false;
    }
    const fresh =
      old === undefined || recreating || old.external || isTargetedReplace(operation, now.urn, old);
    const result = fresh
      ? await provider.check(now.urn, {}, goal.properties, operation.dryRun)
      : await provider.check(now.urn, old.inputs, wanted, operation.dryRun);
    return this.#refused(now, result);
  }

  #refused(now: ResourceState, result: CheckResult): boolean {
    const name = now.urn.split("::").slice(3).join("::");
    for (const { property, reason } of result.failures) {
      const about = property === "" ? "" : `: property ${property} value ${goValue(now.inputs[property])}`;
      this.operation.events.error(`${now.type} resource '${name}'${about} has a problem: ${reason}`, now.urn);
    }
    now.inputs = result.inputs;
    return result.failures.length > 0;
  }

  async #decide(
    registration: Registration,
    old: ResourceState | undefined,
    now: ResourceState,
    provider: Provider | undefined,
    recreating: boolean,
    isTargeted: boolean,
  ): Promise<Step[]> {
    const { urn } = now;
    const answer = registration.done.bind(registration);
    if (recreating && old !== undefined) {
      // It was deleted because it depends on something that had to be deleted first; now it is known that it comes back.
      this.operation.deleted.delete(urn);
      this.replaces.add(urn);
      const keys = this.dependentReplaceKeys.get(urn) ?? [];
      return [new ReplaceStep(old, now, []), new CreateStep(now, answer, { old, keys, pending: false })];
    }
    if (old?.external === true) {
      this.creates.add(urn);
      return [new CreateStep(now, answer, { old, keys: [], pending: true }), new ReplaceStep(old, now, [])];
    }
    if (old !== undefined) {
      return isTargeted ? this.#update(registration, old, now, provider) : untargetedSames(this, old, answer);
    }
    if (!isTargeted) {
      this.sames.add(urn);
      this.skippedCreates.add(urn);
      return [new SameStep(copy(now), now, answer, true)];
    }
    this.creates.add(urn);
    return [new CreateStep(now, answer)];
  }

  async #update(
    registration: Registration,
    old: ResourceState,
    now: ResourceState,
    provider: Provider | undefined,
  ): Promise<Step[]> {
    const { operation } = this;
    const { goal } = registration;
    const answer = registration.done.bind(registration);
    const byTrigger = triggered(now.replacementTrigger, old.replacementTrigger);
    const raw = byTrigger
      ? ({ changes: "some", replaceKeys: [], changedKeys: [], deleteBeforeReplace: false } as const)
      : await diffRegistration(operation, this.replaces, goal, old, now, provider);
    const hasInitErrors = old.initErrors.length > 0;
    const diff = applyReplaceOnChanges(raw, goal.replaceOnChanges, hasInitErrors);
    if (diff.changes === "some" || old.pendingReplacement) {
      if (diff.replaceKeys.length > 0 || byTrigger || old.pendingReplacement) {
        refuseIfProtected(operation, old, now);
        if (provider !== undefined && !isTargetedReplace(operation, now.urn, old)) {
          const result = await provider.check(now.urn, {}, goal.properties, operation.dryRun);
          if (this.#refused(now, result)) throw new Bail(`resource ${now.urn} has check errors`);
        }
        return replacementSteps(this, registration, old, now, diff);
      }
    }
    if (diff.changes === "some" || hasInitErrors) {
      this.updates.add(now.urn);
      return [new UpdateStep(old, now, answer, goal.ignoreChanges)];
    }
    this.sames.add(now.urn);
    return [new SameStep(old, now, answer, false, this.providerLoader(old, now))];
  }

  /** An unchanged provider is used with its former configuration. */
  providerLoader(old: ResourceState, now: ResourceState): (() => void) | undefined {
    if (!isProviderType(now.type)) return undefined;
    return () => this.operation.registry.load({ ...now, id: old.id, inputs: old.inputs });
  }

  read(request: ReadRequest): Step[] {
    const urn = this.#claim(request.parent, request.type, request.name);
    const { old, alias } = this.#findOld(urn, request, []);
    const now = newState({
      urn,
      type: request.type,
      custom: true,
      external: true,
      id: request.id,
      inputs: copy(request.properties),
      parent: request.parent,
      dependencies: request.dependencies,
      provider: request.provider,
      additionalSecretOutputs: request.additionalSecretOutputs,
      aliases: alias === "" ? [] : [alias],
      sourcePosition: request.sourcePosition,
      stackTrace: request.stackTrace,
    });
    if (now.id === "") throw new Error(`Expected an ID for ${urn}`);
    const answer = request.done.bind(request);
    if (old !== undefined && !old.external && old.id !== now.id) {
      this.replaces.add(urn);
      return [new ReadStep(old, now, answer, true), new ReplaceStep(old, now, [])];
    }
    this.reads.add(urn);
    return [new ReadStep(old, now, answer, false)];
  }
}

function stateOf(goal: Goal, urn: string, old: ResourceState | undefined, alias: string): ResourceState {
  return newState({
    urn,
    type: goal.type,
    custom: goal.custom,
    inputs: goal.properties,
    parent: goal.parent,
    protect: goal.protect ?? false,
    dependencies: goal.dependencies,
    provider: goal.provider,
    propertyDependencies: goal.propertyDependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: alias === "" ? [] : [alias],
    customTimeouts: goal.customTimeouts,
    importID: goal.id,
    retainOnDelete: goal.retainOnDelete ?? false,
    deletedWith: goal.deletedWith,
    replaceWith: goal.replaceWith,
    created: old?.created ?? "",
    modified: old?.modified ?? "",
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
    ignoreChanges: goal.ignoreChanges,
    hideDiff: goal.hideDiff,
    replaceOnChanges: goal.replaceOnChanges,
    replacementTrigger: goal.replacementTrigger,
  });
}

const dependsOn = (state: ResourceState, urns: ReadonlySet<string>): boolean =>
  urns.has(state.parent) ||
  urns.has(state.deletedWith) ||
  [...state.dependencies, ...state.replaceWith].some((urn) => urns.has(urn)) ||
  Object.values(state.propertyDependencies).some((list) => list.some((urn) => urns.has(urn)));
