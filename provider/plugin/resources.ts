import { namesOf, type Props } from "../fields/check";
import type { Table } from "../fields/field";
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

const LIFECYCLES: readonly Lifecycle[] = [
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

/** Outputs with what the id tells. */
export function withNumbers(fields: Table, id: string, outs: Props): Props {
  const numbers = namesOf(fields, "number").map((name) => [name, fields[name]?.fromId?.(id)] as const);
  return { ...outs, ...Object.fromEntries(numbers.filter(([, value]) => value !== undefined)) };
}
