import { namesOf, type Props } from "../fields/check";
import { sameValue } from "../fields/compound";
import type { Field, Table } from "../fields/field";
import { declaredPart, numbersIn } from "../fields/record";
import { UNKNOWN } from "../fields/unknowns";
import type { Lifecycle } from "./lifecycle";
import { changedSince, declaredIn, isUndecided, withoutInternals } from "./operations";

/**
 * What an operation will answer, as far as it is known before: for doors whose engine asks in previews. Nothing is sent; what
 * is not known is marked as unknown, so that no dependent is shown as unchanged that may change.
 */

export function previewOfCreate({ fields }: Lifecycle, inputs: Props): Props {
  const unknown = namesOf(fields, "answer", "number").concat(heldDifferently(fields, inputs));
  return { ...declaredPart(fields, withoutInternals(inputs)), ...marked(unknown) };
}

export function previewOfUpdate(lifecycle: Lifecycle, id: string, olds: Props, rawNews: Props): Props {
  const { fields } = lifecycle;
  const news = withoutInternals(rawNews);
  const before = declaredIn(lifecycle, olds);
  const changed = changedSince(lifecycle, olds, news);
  const declared = declaredPart(fields, news);
  // It may be another object.
  if (isUndecided(lifecycle, news)) return previewOfCreate(lifecycle, news);
  const sends =
    changed.some((name) => fields[name]?.role === "setting") || lifecycle.unfinished?.(olds) === true;
  const answers = namesOf(fields, "answer");
  const held = heldDifferently(fields, news);
  // In another order the declaration is the same one, and its outputs stand in the new order.
  const moved = held.filter((name) => !standsAsBefore(fields[name]!, before[name], news[name]));
  const kept = sends
    ? answers.filter((name) => fields[name]?.fixed)
    : [...answers, ...held.filter((name) => !moved.includes(name)), ...MARKS, ...namesOf(fields, "memory")];
  const unknown = sends ? [...answers.filter((name) => !fields[name]?.fixed), ...held] : moved;
  return {
    ...declared,
    ...marked(unknown),
    ...Object.fromEntries(
      kept.map((name) => [name, olds[name]] as const).filter(([, value]) => value !== undefined),
    ),
    ...numbersIn(fields, id),
  };
}

/** The entries of a list compared one by one, ids of those in state aside: a declaration that is the same may have another order. */
function standsAsBefore(field: Field, before: unknown, now: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(now)) return true;
  return before.length === now.length && before.every((entry, i) => sameValue(field, [entry], [now[i]]));
}

/** That the value of a guessed setting is GitLab's. */
const MARKS = ["__guessed"];

/** Settings of which outputs hold more than what is declared: what GitLab guesses, lists with the ids of their entries. */
function heldDifferently(fields: Table, inputs: Props): string[] {
  return Object.keys(fields).filter((name) => {
    const field = fields[name] as Table[string] & { readonly holds?: unknown };
    return field.holds !== undefined || (field.guessed === true && inputs[name] === undefined);
  });
}

function marked(names: readonly string[]): Props {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}
