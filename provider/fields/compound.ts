import { isDeepStrictEqual } from "node:util";

import type * as pulumi from "@pulumi/pulumi";

import type { Failure, Schema, Simple } from "./schema";
import { isUnknown } from "./unknowns";

/** Lists and objects: any part of a value may be unknown, and is judged once it is known. */

export interface ListRule {
  /** What to say of anything else. */
  say?: string;
  most?: number;
  /** Rules between the items, some of which may be unknown. */
  among?: (items: readonly unknown[], path: string) => Failure[];
  same?: (a: unknown, b: unknown) => boolean;
}

export function list<C, P, A>(
  of: Schema<C, P, A>,
  { say = "must be a list", most, among, same }: ListRule = {},
): Schema<C[], P[], pulumi.Input<A[]>> {
  return {
    type: { kind: "list", of: of.type },
    faults(value, path) {
      if (!Array.isArray(value) || (most !== undefined && (value.length === 0 || value.length > most)))
        return [{ property: path, reason: say }];
      const faults = value.flatMap((item, i) => faultsOf(of, item, `${path}[${i}]`));
      return [...faults, ...(among?.(value, path) ?? [])];
    },
    normalise: (value) => (value as unknown[]).map((item) => normalised(of, item)),
    ...(same ? { same } : {}),
  };
}

/** A part of an object. */
export type Part<S extends Schema = Schema, Needed extends boolean = boolean> = S & {
  readonly required: Needed;
};
export type Parts = Readonly<Record<string, Part>>;

export function needed<S extends Schema>(of: S): Part<S, true> {
  return { ...of, required: true };
}

export function optional<S extends Schema>(of: S): Part<S, false> {
  return { ...of, required: false };
}

type NeededIn<P extends Parts> = { [K in keyof P]: P[K]["required"] extends true ? K : never }[keyof P];
type Take<P extends Parts, K extends keyof P, As extends "checked" | "plain" | "arg"> = {
  [N in K]: NonNullable<P[N]["types"]>[As];
};
type Of<P extends Parts, As extends "checked" | "plain" | "arg"> = Take<P, NeededIn<P>, As> &
  Partial<Take<P, Exclude<keyof P, NeededIn<P>>, As>>;

/** The parts as a program may write them. */
export type PartArgs<P extends Parts> = Of<P, "arg">;
/** The parts once they are checked. */
export type PartValues<P extends Parts> = Of<P, "checked">;

/** An object of known parts; a key that is none of them is refused. */
export function object<P extends Parts>(
  parts: P,
  say = `must be an object with ${Object.keys(parts).join(", ")}`,
): Schema<Of<P, "checked">, Of<P, "plain">, pulumi.Input<Of<P, "arg">>> {
  return {
    type: {
      kind: "object",
      fields: Object.fromEntries(
        Object.entries(parts).map(([name, { type, required }]) => [name, { type, required }]),
      ),
    },
    faults(value, path) {
      if (!isObject(value)) return [{ property: path, reason: say }];
      return [...partFaults(parts, value, path), ...strangers(parts, value, path)];
    },
    normalise: (value) =>
      Object.fromEntries(
        Object.entries(value as object)
          .map(([name, item]) => [name, item == null ? undefined : normalised(parts[name], item)] as const)
          .filter(([, item]) => item !== undefined),
      ),
  };
}

function partFaults(parts: Parts, value: Readonly<Record<string, unknown>>, path: string): Failure[] {
  return Object.entries(parts).flatMap(([name, part]) => {
    const item = value[name];
    if (item !== undefined && item !== null) return faultsOf(part, item, `${path}.${name}`);
    return part.required ? [{ property: `${path}.${name}`, reason: "is required" }] : [];
  });
}

function strangers(parts: Parts, value: object, path: string): Failure[] {
  return Object.keys(value)
    .filter((name) => !Object.hasOwn(parts, name))
    .map((name) => ({
      property: `${path}.${name}`,
      reason: `is not an argument; known are ${Object.keys(parts).join(", ")}`,
    }));
}

/** Values of one kind under names of the user's. */
export function map<C, P>(of: Schema<C, P>, say: string): Simple<Record<string, C>, Record<string, P>> {
  return {
    type: { kind: "map", of: of.type },
    faults: (value, path) =>
      isObject(value)
        ? Object.entries(value).flatMap(([name, item]) => faultsOf(of, item, `${path}.${name}`))
        : [{ property: path, reason: say }],
  };
}

export function faultsOf(of: Schema, value: unknown, path: string): Failure[] {
  return isUnknown(value) ? [] : of.faults(value, path);
}

export function normalised(of: Schema | undefined, value: unknown): unknown {
  return isUnknown(value) || !of?.normalise ? value : of.normalise(value);
}

/** Equality of two known values, by the schema's own rule where it has one. */
export function sameValue(of: Schema, a: unknown, b: unknown): boolean {
  return of.same ? of.same(a, b) : isDeepStrictEqual(a, b);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
