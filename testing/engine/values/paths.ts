import { copy, isObject, isSecret, secret, unwrap, type Props, type Value } from "./values";

/**
 * Property paths as `ignoreChanges` and `replaceOnChanges` take them: `a.b[0]["c d"].*`.
 * https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
 */
type Path = (string | number)[];

/** Undefined when the text is no path. */
export function parsePath(text: string): Path | undefined {
  const path: Path = [];
  const token = /\.?([^.[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]|\.(?=\[)/gy;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(index === "*" ? "*" : Number(index));
    else if (quoted !== undefined) path.push(quoted.replace(/\\(.)/g, "$1"));
  }
  return path;
}

export const contains = (path: Path, other: Path): boolean =>
  other.length >= path.length && path.every((part, i) => part === "*" || part === other[i]);

/** A copy of `inputs` in which the ignored properties have their old values, and the paths for which that was impossible. */
export function ignoreChanges(
  inputs: Props,
  oldInputs: Props,
  paths: readonly string[],
): { inputs: Props; invalid: string[] } {
  if (paths.length === 0) return { inputs, invalid: [] };
  const result = copy(inputs);
  const invalid = paths.filter((text) => {
    const path = parsePath(text);
    return path !== undefined && !reset(path, oldInputs, result, { old: false, now: false });
  });
  return { inputs: result, invalid };
}

interface Secrecy {
  readonly old: boolean;
  readonly now: boolean;
}

type Container = Value[] | Props;
const isContainer = (value: Value | undefined): value is Container => Array.isArray(value) || isObject(value);
const has = (container: Container, key: string | number): boolean => Object.hasOwn(container, key);
// Arrays and objects are both indexed by their keys here.
const get = (container: Container, key: string | number): Value => (container as Props)[key] ?? null;

/** Sets what `path` leads to in `now` to what it leads to in `old`; false where one side has no such place. */
function reset(path: Path, oldValue: Value, nowValue: Value, outer: Secrecy): boolean {
  const secrecy = {
    old: outer.old || isSecret(oldValue),
    now: outer.now || isSecret(nowValue),
  };
  const old = unwrap(oldValue);
  const now = unwrap(nowValue);
  const [key, ...rest] = path;
  if (key === undefined) return false;
  if (key === "*") return resetAll(rest, old, now, secrecy);
  const kind = typeof key === "number" ? Array.isArray : isObject;
  if (rest.length === 0) return resetLeaf(key, old, now, secrecy);
  if (!kind(old) || !kind(now)) return !kind(old) && !kind(now);
  if (!has(old, key) && !has(now, key)) return typeof key === "string";
  if (!has(now, key) || (typeof key === "number" && !has(old, key))) return false;
  return reset(rest, get(old, key), get(now, key), secrecy);
}

function resetLeaf(key: string | number, old: Value, now: Value, secrecy: Secrecy): boolean {
  if (typeof key === "number") {
    if (!Array.isArray(old) || !Array.isArray(now)) return !Array.isArray(old) && !Array.isArray(now);
    if (has(old, key) !== has(now, key)) return false;
  }
  if (isContainer(old) && has(old, key)) {
    if (!isContainer(now)) return false;
    const value = get(old, key);
    (now as Props)[key] = secrecy.old && !secrecy.now ? secret(value) : value;
  } else if (isObject(now)) {
    delete now[key];
  }
  return true;
}

function resetAll(rest: Path, old: Value, now: Value, secrecy: Secrecy): boolean {
  if (!isContainer(old) || !isContainer(now) || Array.isArray(old) !== Array.isArray(now)) {
    return rest.length === 0 && isContainer(now);
  }
  if (Array.isArray(old) && Array.isArray(now) && old.length !== now.length) return false;
  const keys = rest.length === 0 ? new Set([...Object.keys(old), ...Object.keys(now)]) : Object.keys(old);
  return [...keys].every((key) =>
    rest.length === 0
      ? resetLeaf(Array.isArray(old) ? Number(key) : key, old, now, secrecy)
      : has(now, key) && reset(rest, get(old, key), get(now, key), secrecy),
  );
}
