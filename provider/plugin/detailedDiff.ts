import { isDeepStrictEqual } from "node:util";

import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";

import { isObject } from "../fields/compound";
import type { Props } from "../fields/check";
import type { Difference } from "../lifecycle/operations";

type Kind = "ADD" | "DELETE" | "UPDATE";

const { Kind: TO } = PropertyDiff;
/** Of an object that stays, and of one that is replaced. */
const KINDS = {
  ADD: [TO.ADD, TO.ADD_REPLACE],
  DELETE: [TO.DELETE, TO.DELETE_REPLACE],
  UPDATE: [TO.UPDATE, TO.UPDATE_REPLACE],
} as const;

/** What changed inside the changed fields, by the paths of the inputs. */
export function detailedDiff(
  { changed, replaces }: Pick<Difference, "changed" | "replaces">,
  olds: Props,
  news: Props,
): Map<string, PropertyDiff> {
  const all = new Map<string, PropertyDiff>();
  // Where only what the server made of it differs, the inputs show nothing: then the field itself is named.
  const paths = changed.flatMap((name) => {
    const inside = differences(name, olds[name], news[name]);
    return inside.length > 0 ? inside : [[name, "UPDATE"] as const];
  });
  for (const [path, kind] of paths) {
    const field = /^[^.[]*/.exec(path)?.[0] ?? path;
    const diff = new PropertyDiff();
    diff.setKind(KINDS[kind][replaces.includes(field) ? 1 : 0]);
    diff.setInputdiff(true);
    all.set(path, diff);
  }
  return all;
}

function differences(path: string, old: unknown, now: unknown): (readonly [path: string, kind: Kind])[] {
  const [was, is] = [old ?? undefined, now ?? undefined];
  if (isDeepStrictEqual(was, is)) return [];
  if (was === undefined) return [[path, "ADD"]];
  if (is === undefined) return [[path, "DELETE"]];
  if (Array.isArray(was) && Array.isArray(is)) {
    const length = Math.max(was.length, is.length);
    return Array.from({ length }, (_, i) => differences(`${path}[${i}]`, was[i], is[i])).flat();
  }
  if (isObject(was) && isObject(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return keys.flatMap((key) => differences(path + step(key), was[key], is[key]));
  }
  return [[path, "UPDATE"]];
}

/** https://www.pulumi.com/docs/iac/concepts/miscellaneous/property-paths/ */
function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
