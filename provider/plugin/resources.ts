import type { Props } from "../fields/check";
import { numbersIn } from "../fields/record";
import { loaderText } from "../lifecycle/loaderText";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { type Door, type Operations, operationsOf } from "../lifecycle/operations";
import { deployment } from "../resources/deployment";
import { deploymentApproval } from "../resources/deploymentApproval";
import { environment } from "../resources/environment";
import { groupProtectedEnvironment } from "../resources/groupProtectedEnvironment";
import { pipeline } from "../resources/pipeline";
import { projectProtectedEnvironment } from "../resources/projectProtectedEnvironment";
import { reviewAppCleanup } from "../resources/reviewAppCleanup";
import { staleEnvironmentsStop } from "../resources/staleEnvironmentsStop";
import { tokenOf } from "./settings";

/** All that there is. */
export const LIFECYCLES: readonly Lifecycle[] = [
  deployment,
  deploymentApproval,
  environment,
  groupProtectedEnvironment,
  pipeline,
  projectProtectedEnvironment,
  reviewAppCleanup,
  staleEnvironmentsStop,
];

/** What this provider manages, by type. */
export function resourcesOf(door: Door): ReadonlyMap<string, Operations> {
  return new Map(LIFECYCLES.map((lifecycle) => [tokenOf(lifecycle.kind), operationsOf(lifecycle, door)]));
}

/** Outputs as they are kept in state: with what the id tells. */
export function kept(lifecycle: Lifecycle, id: string, outs: Props): Props {
  return withLoader(lifecycle, { ...outs, ...numbersIn(lifecycle.fields, id) });
}

/**
 * With the text that the first door is loaded by. A program that changes back to that door is unchanged, so that its resources keep these
 * outputs, and `refresh` and `destroy` look for the text in them.
 */
export function withLoader({ kind }: Lifecycle, outs: Props): Props {
  return { ...outs, __provider: loaderText(kind.charAt(0).toLowerCase() + kind.slice(1)) };
}
