import type { Props } from "./check";
import { namesOf } from "./check";
import type { Field, Table } from "./field";

/**
 * Between a table and the server's records. A key that a record lacks (a field this GitLab does not know, or does not show to
 * this token) says nothing about the value; a null says that it is not set.
 */

/** The server's value of a field; undefined where the record says nothing. */
export function valueIn(field: Field, row: object): unknown {
  const from = field.from ?? field.wire;
  if (typeof from === "function") return (from as (row: object) => unknown)(row);
  return from === undefined ? undefined : (row as Props)[from];
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function valuesIn(table: Table, names: readonly string[], row: object): Props {
  const values = names.map((name) => [name, valueIn(table[name]!, row)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
}

/** Everything a program could declare of this object: for `get`, and for programs that are written for what exists. */
export function declaredBy(table: Table, row: object): Props {
  const values = valuesIn(table, namesOf(table, "identity", "setting"), row);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => isSet(value)));
}

function settings(table: Table): string[] {
  return namesOf(table, "setting").filter((name) => table[name]!.wire !== undefined);
}

/** Declared settings with the values the server holds. */
export function settingsSeen(table: Table, row: object, declared: Props): Props {
  const seen: Props = {};
  for (const name of settings(table)) {
    if (declared[name] === undefined) continue;
    const value = valueIn(table[name]!, row);
    if (value === undefined) seen[name] = declared[name];
    else if (isSet(value)) seen[name] = value;
  }
  return seen;
}

/** Declared settings whose value on the server is another one. */
export function differing<T extends Table>(table: T, row: object, inputs: Props): (keyof T & string)[] {
  const seen = settingsSeen(table, row, inputs);
  return settings(table).filter((name) => inputs[name] !== undefined && inputs[name] !== seen[name]);
}

/** Declared settings that did not stick: GitLab drops parameters it does not know without a word. */
export function lost(table: Table, row: object, inputs: Props): string[] {
  return settings(table).filter((name) => {
    if (inputs[name] === undefined) return false;
    const value = valueIn(table[name]!, row);
    return value === null || (value === undefined && table[name]!.hidden !== true);
  });
}

/** The body of a POST: what names the object, and every declared setting. */
export function bodyOf(table: Table, inputs: Props): Props {
  const sent = namesOf(table, "identity", "setting").filter(
    (name) => table[name]!.wire !== undefined && inputs[name] !== undefined,
  );
  return Object.fromEntries<unknown>(sent.map((name) => [String(table[name]!.wire), inputs[name]]));
}

/**
 * The body of a PUT that takes the changed settings to what is declared; empty where nothing has to be sent. GitLab refuses to
 * drop what others need while those stay: they travel in the same request.
 */
export function changesOf(table: Table, changed: readonly string[], inputs: Props): Props {
  const names = new Set(settings(table).filter((name) => changed.includes(name)));
  for (const name of settings(table)) {
    const { needs } = table[name]!;
    if (needs !== undefined && names.has(needs) && inputs[needs] === undefined) names.add(name);
  }
  return Object.fromEntries<unknown>(
    [...names].map((name) => [String(table[name]!.wire), inputs[name] ?? cleared(table[name]!, inputs)]),
  );
}

function cleared({ cleared: to }: Field, inputs: Props): unknown {
  return typeof to === "function" ? (to as (inputs: Props) => unknown)(inputs) : to;
}

/** What state keeps: the declaration with the server's values, and the outputs. Never `undefined`. */
export function stateOf(table: Table, row: object, declared: Props): Props {
  const guessed = namesOf(table, "setting").filter(
    (name) => table[name]!.guessed && declared[name] === undefined,
  );
  const kept = declaredPart(table, declared);
  for (const name of settings(table)) delete kept[name];
  return {
    ...kept,
    ...settingsSeen(table, row, declared),
    ...valuesIn(table, [...guessed, ...namesOf(table, "computed", "answer")], row),
    // Tells what GitLab guessed from what was declared; hidden from previews by its underscores.
    ...(guessed.length > 0 ? { __guessed: true } : {}),
  };
}

/** What the last operation declared: what was guessed was not. `creation` arguments are not kept. */
export function declaredPart(table: Table, props: Props): Props {
  const guessed = (name: string) => props["__guessed"] === true && table[name]?.guessed === true;
  const names = Object.keys(table).filter(
    (name) => !["creation", "answer", "number"].includes(table[name]!.role) && !guessed(name),
  );
  return pick(props, names);
}

/** Only steering or a spelling changed: what the server said stays. */
export function unsent(table: Table, olds: Props, news: Props): Props {
  const said = pick(olds, [...namesOf(table, "computed", "answer"), "__guessed"]);
  const guesses =
    olds["__guessed"] === true
      ? pick(
          olds,
          Object.keys(table).filter((name) => table[name]!.guessed),
        )
      : {};
  return { ...declaredPart(table, news), ...guesses, ...said };
}

/** The other part: what the server said. */
export function answeredPart(table: Table, props: Props): Props {
  const said = Object.keys(props).filter((name) => (table[name]?.role ?? "answer") === "answer");
  return pick(props, said);
}

function pick(props: Props, names: readonly string[]): Props {
  return Object.fromEntries(
    names.filter((name) => props[name] !== undefined).map((name) => [name, props[name]]),
  );
}
