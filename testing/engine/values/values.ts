/**
 * Property values as they travel over Pulumi's gRPC protocols and lie in a state file: JSON, where an object with the key `SIG` stands for a
 * secret, an output, a resource reference or an asset, and an unknown is one of a few fixed strings.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts lists the same constants.
 */
export type Value = null | boolean | number | string | Value[] | Props;
export interface Props {
  [key: string]: Value;
}

/** The key that marks an object as something else than plain data. */
export const SIG = "4dabf18193072939515e22adb298388d";
export const SECRET_SIG = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIG = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE_SIG = "5cf8f73096256a8f31e491e813e4eb8e";
/** The string that says "not known in this preview". */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isObject = (value: Value | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const hasSig = (value: Value | undefined, sig: string): value is Props =>
  isObject(value) && value[SIG] === sig;
export const isSecret = (value: Value | undefined): value is Props => hasSig(value, SECRET_SIG);
export const isUnknown = (value: Value | undefined): boolean =>
  typeof value === "string" && UNKNOWNS.has(value);
export const secret = (value: Value): Value => (isSecret(value) ? value : { [SIG]: SECRET_SIG, value });
export const unwrap = (value: Value): Value => (isSecret(value) ? (value["value"] ?? null) : value);

/** Applies `change` to a value from the inside out; `undefined` drops it from its list or object. */
function rewrite(value: Value, change: (value: Value) => Value | undefined): Value | undefined {
  if (Array.isArray(value)) {
    return change(value.map((item) => rewrite(item, change)).filter((item) => item !== undefined));
  }
  if (isObject(value)) return change(rewriteProps(value, change));
  return change(value);
}

function rewriteProps(props: Props, change: (value: Value) => Value | undefined): Props {
  const result: Props = {};
  for (const [key, value] of Object.entries(props)) {
    const changed = rewrite(value, change);
    if (changed !== undefined) result[key] = changed;
  }
  return result;
}

/** What a provider is sent that takes neither secrets nor references: their values and ids. */
export const plain = (props: Props): Props =>
  rewriteProps(props, (value) => {
    if (isSecret(value)) return value["value"];
    if (hasSig(value, RESOURCE_SIG)) return value["id"] ?? value["urn"];
    return value;
  });

/** Outputs with their dependencies become what a state holds: a plain value, a secret, or an unknown. */
export const downgradeOutputs = (props: Props): Props =>
  rewriteProps(props, (value) => {
    if (!hasSig(value, OUTPUT_SIG)) return value;
    const inner = value["value"] ?? UNKNOWN;
    return value["secret"] === true ? secret(inner) : inner;
  });

export const withoutUnknowns = (props: Props): Props =>
  rewriteProps(props, (value) => (isUnknown(value) ? undefined : value));

function some(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isObject(value) && Object.values(value).some((item) => some(item, test));
}
const containsSecret = (value: Value): boolean => some(value, isSecret);
export const containsUnknown = (value: Value): boolean => some(value, isUnknown);

/** The URNs that the outputs inside a value depend on. */
export function outputDependencies(value: Value, into = new Set<string>()): Set<string> {
  some(value, (inner) => {
    if (hasSig(inner, OUTPUT_SIG)) {
      for (const urn of (inner["dependencies"] as string[] | undefined) ?? []) into.add(urn);
    }
    return false;
  });
  return into;
}

/** A provider that returns plain values gets the secrecy of its inputs back, name by name. */
export function annotateSecrets(outputs: Props, inputs: Props): void {
  for (const [key, input] of Object.entries(inputs)) {
    const output = outputs[key];
    if (output === undefined) continue;
    if (isObject(output) && isObject(input) && !(SIG in output) && !(SIG in input)) {
      annotateSecrets(output, input);
    } else if (!isSecret(output) && containsSecret(input)) {
      outputs[key] = secret(output);
    }
  }
}

export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key], b[key]));
}

/** The names of the properties that differ, in order. */
export const changedKeys = (before: Props, after: Props): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !equal(before[key], after[key]))
    .sort();

export const copy = <T>(value: T): T => structuredClone(value);
