import type { Props } from "./check";
import { namesOf } from "./check";
import type { Field, Table } from "./field";
import type { InputsOf, StateOf } from "./types";

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
function settingsSeen(table: Table, row: object, declared: object): Props {
  const declaredOnes = pick(declared, settings(table));
  const seen = Object.entries(declaredOnes).map(([name, value]): [string, unknown] => {
    const held = valueIn(table[name]!, row);
    return [name, held === undefined ? value : held];
  });
  return Object.fromEntries(seen.filter(([, value]) => isSet(value)));
}

/** Declared settings whose value on the server is another one. */
export function differing(table: Table, row: object, inputs: object): string[] {
  const seen = settingsSeen(table, row, inputs);
  const declared = Object.entries(pick(inputs, settings(table)));
  return declared.filter(([name, value]) => value !== seen[name]).map(([name]) => name);
}

/** Declared settings that did not stick: GitLab drops parameters it does not know without a word. */
export function lost(table: Table, row: object, inputs: object): string[] {
  return Object.keys(pick(inputs, settings(table))).filter((name) => {
    const value = valueIn(table[name]!, row);
    return value === null || (value === undefined && table[name]!.hidden !== true);
  });
}

/**
 * Settings of a body that a record does not hold as they were sent, set or cleared; one that it does not show counts as not
 * held.
 */
export function notHeld(table: Table, row: object, body: Props): string[] {
  return settings(table).filter((name) => {
    const wire = String(table[name]!.wire);
    if (!(wire in body)) return false;
    const value = valueIn(table[name]!, row);
    return value === undefined || (value ?? "") !== (body[wire] ?? "");
  });
}

/** The body of a POST: what names the object, and every declared setting. */
export function bodyOf(table: Table, inputs: object): Props {
  const declared = Object.entries(pick(inputs, namesOf(table, "identity", "setting")));
  const sent = declared.map(([name, value]) => [table[name]!.wire, value] as const);
  return Object.fromEntries(sent.filter((pair): pair is [string, unknown] => pair[0] !== undefined));
}

/**
 * The body of a PUT that takes the changed settings to what is declared; empty where nothing has to be sent. GitLab refuses to
 * drop what others need while those stay: they travel in the same request.
 */
export function changesOf(table: Table, changed: readonly string[], inputs: object): Props {
  const now = inputs as Props;
  const names = new Set(settings(table).filter((name) => changed.includes(name)));
  for (const name of settings(table)) {
    const { needs } = table[name]!;
    if (needs !== undefined && names.has(needs) && now[needs] === undefined) names.add(name);
  }
  return Object.fromEntries<unknown>(
    [...names].map((name) => [String(table[name]!.wire), now[name] ?? cleared(table[name]!, now)]),
  );
}

/** What the server takes where a setting is no longer declared. */
export function cleared({ cleared: to }: Field, inputs: Props): unknown {
  return typeof to === "function" ? (to as (inputs: Props) => unknown)(inputs) : to;
}

/** What state keeps: the declaration with the server's values, and the outputs. Never `undefined`. */
export function stateOf<T extends Table>(table: T, row: object, declared: object): StateOf<T> {
  const guessed = guesses(table).filter((name) => (declared as Props)[name] === undefined);
  const kept = Object.entries(declaredPart(table, declared)).filter(
    ([name]) => !settings(table).includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    ...settingsSeen(table, row, declared),
    ...valuesIn(table, [...guessed, ...namesOf(table, "computed", "answer")], row),
    // Tells what GitLab guessed from what was declared; hidden from previews by its underscores.
    ...(guessed.length > 0 ? { __guessed: true } : {}),
  } as StateOf<T>;
}

/**
 * The same for what is read: a `get` has declared nothing but the connection, so everything that the server holds is shown, with
 * what is `told` besides the record.
 */
export function stateSeen<T extends Table>(table: T, row: object, props: object, told: object): StateOf<T> {
  const isGet = Object.keys(props).every((name) => table[name]?.role !== "answer");
  const declared: Props = isGet
    ? { ...props, ...declaredBy(table, row), ...told }
    : declaredPart(table, props);
  const byDefault = (isGet ? settings(table) : seenIn(props)).filter((name) => {
    const value = declared[name];
    return isSet(value) && value === cleared(table[name]!, declared);
  });
  const moved = byDefault.filter((name) => !isGet && valueIn(table[name]!, row) !== declared[name]);
  const seen = byDefault.filter((name) => !moved.includes(name));
  // What nobody may have declared is not held against who changed it; a program that does declare it then differs.
  const kept = Object.fromEntries(Object.entries(declared).filter(([name]) => !moved.includes(name)));
  return { ...stateOf(table, row, kept), ...(seen.length > 0 ? { __seen: seen } : {}) };
}

/**
 * Settings that were read by an id alone, as `import` does, and hold what they hold where nobody declares them. Whether the program does
 * is not known then: it is right either way.
 */
export function seenIn(props: object): readonly string[] {
  return ((props as Props)["__seen"] as readonly string[] | undefined) ?? [];
}

/** What the last operation declared: what was guessed was not. `creation` arguments are not kept. */
export function declaredPart<T extends Table>(table: T, props: object): Partial<InputsOf<T>> {
  const guessed = "__guessed" in props ? guesses(table) : [];
  const kept = namesOf(table, ...KEPT).filter((name) => !guessed.includes(name));
  return pick(props, kept) as Partial<InputsOf<T>>;
}

const KEPT = ["container", "identity", "trigger", "setting", "steering", "computed"] as const;

/** The other part: what the server said. */
export function answeredPart(table: Table, props: Props): Props {
  const said = Object.keys(props).filter((name) => (table[name]?.role ?? "answer") === "answer");
  return pick(props, said);
}

/** The outputs that an id tells. */
export function numbersIn(table: Table, id: string): Props {
  const numbers = namesOf(table, "number").map((name) => [name, table[name]?.fromId?.(id)] as const);
  return Object.fromEntries(numbers.filter(([, value]) => value !== undefined));
}

/** Only steering or a spelling changed: what the server said stays. */
export function unsent<T extends Table>(table: T, olds: object, news: object): StateOf<T> {
  const guessed = guesses(table).filter(
    (name) => (news as Props)[name] === undefined && ("__guessed" in olds || seenIn(olds).includes(name)),
  );
  const said = pick(olds, [...namesOf(table, "computed", "answer"), ...guessed]);
  const mark = guessed.length > 0 ? { __guessed: true } : {};
  return { ...declaredPart(table, news), ...said, ...mark } as StateOf<T>;
}

function guesses(table: Table): string[] {
  return Object.keys(table).filter((name) => table[name]?.guessed === true);
}

function pick(props: object, names: readonly string[]): Props {
  const held = props as Props;
  return Object.fromEntries(
    names.filter((name) => held[name] !== undefined).map((name) => [name, held[name]]),
  );
}
