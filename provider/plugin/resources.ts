import type { Props } from "../fields/check";
import { numbersIn } from "../fields/record";
import { loaderOf } from "../lifecycle/loaderText";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { type Door, Operations } from "../lifecycle/operations";
import * as resources from "../resources";
import { tokenOf } from "./settings";

/** All that there is. */
export const LIFECYCLES: readonly Lifecycle[] = Object.values(resources);

/** What this provider manages, by type. */
export function resourcesOf(door: Door): ReadonlyMap<string, Operations> {
  return new Map(LIFECYCLES.map((lifecycle) => [tokenOf(lifecycle.kind), new Operations(lifecycle, door)]));
}

/** Outputs as they are kept in state: with what the id tells. */
export function kept(lifecycle: Lifecycle, id: string, outs: Props): Props {
  return withLoader(lifecycle, { ...outs, ...numbersIn(lifecycle.fields, id) });
}

/**
 * With the text that the first door is loaded by. A program that changes back to that door is unchanged, so that its resources keep these
 * outputs, and `refresh` and `destroy` look for the text in them.
 */
export function withLoader(lifecycle: Lifecycle, outs: Props): Props {
  return { ...outs, __provider: loaderOf(lifecycle) };
}
