import { faultsOf, normalised, sameValue } from "./compound";
import type { Role, Table } from "./field";
import type { Failure } from "./schema";
import { containsUnknown } from "./unknowns";

export type Props = Record<string, unknown>;

const NO_INPUTS: readonly Role[] = ["answer", "number", "memory"];
const NO_CHANGE: readonly Role[] = [...NO_INPUTS, "creation", "computed"];

/** The fields of these roles. */
export function namesOf(table: Table, ...roles: Role[]): string[] {
  return Object.keys(table).filter((name) => roles.includes(table[name]!.role));
}

function inputsOf(table: Table) {
  return Object.entries(table).filter(([, { role }]) => !NO_INPUTS.includes(role));
}

/** Checks and normalises what a program declared. Null counts as "not declared", as in Pulumi. */
export function checkFields(table: Table, news: Props): { inputs: Props; failures: Failure[] } {
  const inputs: Props = {};
  const failures: Failure[] = [];
  for (const [name, field] of inputsOf(table)) {
    const value = news[name];
    if (value === undefined || value === null) {
      if (field.presence === "required") failures.push({ property: name, reason: "is required" });
      if (field.default !== undefined) inputs[name] = field.default;
    } else {
      const faults = faultsOf(field, value, name);
      failures.push(...faults);
      const normal = faults.length === 0 ? normalised(field, value) : value;
      if (normal !== undefined) inputs[name] = normal;
    }
  }
  const between = [...missing(table, inputs), ...excluded(table, inputs)];
  return { inputs, failures: [...failures, ...between, ...strangers(table, news)] };
}

/** A namespace needs an agent, and one of two must be there: known before anything is sent. */
function missing(table: Table, inputs: Props): Failure[] {
  return Object.entries(table).flatMap(([property, { needs, unless }]) => {
    if (inputs[property] === undefined)
      return unless !== undefined && inputs[unless] === undefined
        ? [{ property, reason: `is required, or ${unless} instead` }]
        : [];
    return needs !== undefined && inputs[needs] === undefined
      ? [{ property, reason: `cannot be set without ${needs}` }]
      : [];
  });
}

function excluded(table: Table, inputs: Props): Failure[] {
  return Object.entries(table).flatMap(([name, { excludes = [] }]) =>
    (inputs[name] === undefined ? [] : excludes)
      .filter((property) => inputs[property] !== undefined)
      .map((property) => ({ property, reason: `cannot be set beside ${name}` })),
  );
}

/** A misspelt argument would otherwise be a protection that silently is not there. */
function strangers(table: Table, news: Props): Failure[] {
  const inputs = inputsOf(table).map(([name]) => name);
  const known = inputs.filter((name) => table[name]?.role !== "computed");
  return Object.keys(news)
    .filter((key) => !key.startsWith("__") && !inputs.includes(key) && news[key] != null)
    .map((key) => {
      const called = (name: string): readonly string[] => [name, ...(table[name]?.alsoCalled ?? [])];
      const meant = known.find((name) => called(name).some((one) => squashed(one) === squashed(key)));
      const cure = meant ? `did you mean ${meant}?` : `known are ${known.join(", ")}`;
      return { property: key, reason: `is not an argument; ${cure}` };
    });
}

/** `externalURL` and `external_url` are both meant as `externalUrl`. */
export function squashed(name: string): string {
  return name.replace(/_/g, "").toLowerCase();
}

/** The fields whose declared value differs between the last operation and now; unknown counts as different. */
export function changedFields<T extends Table>(table: T, olds: Props, news: Props): (keyof T & string)[] {
  return Object.keys(table).filter((name) => {
    const field = table[name]!;
    return (
      !NO_CHANGE.includes(field.role) && differs(field, olds[name] ?? undefined, news[name] ?? undefined)
    );
  });
}

function differs(field: Table[string], old: unknown, now: unknown): boolean {
  if (old === undefined || now === undefined) return old !== now;
  return containsUnknown(now) || !sameValue(field, old, now);
}
