import { isDeepStrictEqual } from "node:util";

import { containsUnknown, isUnknown } from "./unknowns";

/** One thing wrong with the declaration, named by its property path. */
export interface Failure {
  property: string;
  reason: string;
}

/**
 * What a change of the field means:
 * - `container`: the project or group; a respelling of the same one is an update, another one replaces
 * - `identity`: a change replaces
 * - `setting`: lives on the server; a change is an update
 * - `steering`: tells us how to act; a change is stored, nothing is sent
 * - `creation`: matters to create only; never a change
 * - `computed`: put into the inputs by us; never a change by itself
 */
export type Role = "container" | "identity" | "setting" | "steering" | "creation" | "computed";

export interface Field {
  readonly role: Role;
  readonly required: boolean;
  /** Faults of a known value; `path` names it. Lists and objects must let unknowns pass at any depth. */
  readonly faults: (value: unknown, path: string) => Failure[];
  /** The one spelling of a valid value that is kept in state; `undefined` means "as if not declared". */
  readonly normalise?: (value: unknown) => unknown;
  /** What the same thing is called elsewhere, for who brings that name along. */
  readonly alsoCalled?: readonly string[];
  /** Equality of two known values; deep equality where nothing else is said. */
  readonly same?: (a: unknown, b: unknown) => boolean;
}

export type Fields = Readonly<Record<string, Field>>;
export type Props = Record<string, unknown>;

/** Checks and normalises what a program declared. Null counts as "not declared", as in Pulumi. */
export function checkFields(fields: Fields, news: Props): { inputs: Props; failures: Failure[] } {
  const inputs: Props = {};
  const failures: Failure[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = news[name];
    if (value === undefined || value === null) {
      if (field.required) failures.push({ property: name, reason: "is required" });
    } else if (isUnknown(value)) {
      inputs[name] = value;
    } else {
      const faults = field.faults(value, name);
      failures.push(...faults);
      const normal = faults.length === 0 && field.normalise ? field.normalise(value) : value;
      if (normal !== undefined) inputs[name] = normal;
    }
  }
  return { inputs, failures: [...failures, ...unknownKeys(fields, news)] };
}

/** A misspelt argument would otherwise be a protection that silently is not there. */
function unknownKeys(fields: Fields, news: Props): Failure[] {
  const known = Object.keys(fields).filter((name) => fields[name]?.role !== "computed");
  return Object.keys(news)
    .filter(
      (key) => !key.startsWith("__") && !(key in fields) && news[key] !== undefined && news[key] !== null,
    )
    .map((key) => {
      const called = (name: string): readonly string[] => [name, ...(fields[name]?.alsoCalled ?? [])];
      const meant = known.find((name) => called(name).some((one) => squashed(one) === squashed(key)));
      const cure = meant ? `did you mean ${meant}?` : `known are ${known.join(", ")}`;
      return { property: key, reason: `is not an argument; ${cure}` };
    });
}

/** `externalURL` and `external_url` are both meant as `externalUrl`. */
function squashed(name: string): string {
  return name.replace(/_/g, "").toLowerCase();
}

/** The fields whose declared value differs between the last operation and now; unknown counts as different. */
export function changedFields(fields: Fields, olds: Props, news: Props): string[] {
  return Object.entries(fields)
    .filter(([, field]) => field.role !== "creation" && field.role !== "computed")
    .filter(([name, field]) => !sameValue(field, olds[name], news[name]))
    .map(([name]) => name);
}

function sameValue(field: Field, old: unknown, now: unknown): boolean {
  if (old === undefined || now === undefined || old === null || now === null)
    return (old ?? undefined) === (now ?? undefined);
  if (containsUnknown(now)) return false;
  return field.same ? field.same(old, now) : isDeepStrictEqual(old, now);
}

/** The declared part of inputs or outputs: what the engine keeps as inputs. `creation` arguments are not kept. */
export function declaredPart(fields: Fields, props: Props): Props {
  const names = Object.keys(fields).filter((name) => fields[name]?.role !== "creation");
  return Object.fromEntries(
    names.filter((name) => props[name] !== undefined).map((name) => [name, props[name]]),
  );
}

/** The other part: what the server said. */
export function answeredPart(fields: Fields, props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !(name in fields)));
}
