import { isObject, isSecret, secret, SECRET_SIG, SIG, type Props, type Value } from "../values/values";
import type { Crypter } from "./secrets";

/** Seconds; 0 means "the provider's default". */
export interface CustomTimeouts {
  create?: number;
  update?: number;
  delete?: number;
  read?: number;
}

/**
 * One resource as the engine's deployment format (version 3) names its fields; secrets are in clear here and encrypted on the way out.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go
 */
export interface ResourceState {
  urn: string;
  custom: boolean;
  /** Waits to be deleted, because its replacement is there already. */
  delete: boolean;
  id: string;
  type: string;
  inputs: Props;
  outputs: Props;
  parent: string;
  protect: boolean;
  taint: boolean;
  /** Read with `get`, not managed. */
  external: boolean;
  dependencies: string[];
  initErrors: string[];
  /** `<urn>::<id>` of its provider; empty for components and providers. */
  provider: string;
  propertyDependencies: Record<string, string[]>;
  /** Was deleted before its replacement could be made. */
  pendingReplacement: boolean;
  additionalSecretOutputs: string[];
  aliases: string[];
  customTimeouts: CustomTimeouts;
  importID: string;
  retainOnDelete: boolean;
  deletedWith: string;
  replaceWith: string[];
  created: string;
  modified: string;
  sourcePosition: string;
  stackTrace: { sourcePosition?: string }[];
  ignoreChanges: string[];
  hideDiff: Value[];
  replaceOnChanges: string[];
  replacementTrigger: Value;
}

export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** What `pulumi stack export` prints. */
export interface ExportedStack {
  version: number;
  deployment: Deployment;
}

export interface Deployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt?: string } };
  resources?: StoredResource[];
  pending_operations?: { resource: StoredResource; type: OperationType }[];
  metadata: Record<string, unknown>;
}

/** A resource in the file: only what differs from the defaults, secrets encrypted. */
export type StoredResource = Partial<ResourceState> & { urn: string; type: string; custom: boolean };

const defaults: ResourceState = {
  urn: "",
  custom: false,
  delete: false,
  id: "",
  type: "",
  inputs: {},
  outputs: {},
  parent: "",
  protect: false,
  taint: false,
  external: false,
  dependencies: [],
  initErrors: [],
  provider: "",
  propertyDependencies: {},
  pendingReplacement: false,
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: {},
  importID: "",
  retainOnDelete: false,
  deletedWith: "",
  replaceWith: [],
  created: "",
  modified: "",
  sourcePosition: "",
  stackTrace: [],
  ignoreChanges: [],
  hideDiff: [],
  replaceOnChanges: [],
  replacementTrigger: null,
};

export const newState = (fields: Partial<ResourceState>): ResourceState => ({
  ...structuredClone(defaults),
  ...fields,
});

const isEmpty = (value: unknown): boolean =>
  value === "" ||
  value === false ||
  value == null ||
  (typeof value === "object" && Object.keys(value).length === 0);

function seal(value: Value, crypter: () => Crypter | undefined): Value {
  if (Array.isArray(value)) return value.map((item) => seal(item, crypter));
  if (!isObject(value)) return value;
  if (!isSecret(value)) return mapValues(value, (inner) => seal(inner, crypter));
  const text = JSON.stringify(seal(value["value"] ?? null, crypter));
  const key = crypter();
  return key === undefined
    ? { [SIG]: SECRET_SIG, plaintext: text }
    : { [SIG]: SECRET_SIG, ciphertext: key.encrypt(text) };
}

function unseal(value: Value, crypter: () => Pick<Crypter, "decrypt">): Value {
  if (Array.isArray(value)) return value.map((item) => unseal(item, crypter));
  if (!isObject(value)) return value;
  if (!isSecret(value)) return mapValues(value, (inner) => unseal(inner, crypter));
  const text =
    typeof value["plaintext"] === "string"
      ? value["plaintext"]
      : crypter().decrypt(value["ciphertext"] as string);
  return secret(unseal(JSON.parse(text) as Value, crypter));
}

const mapValues = (props: Props, change: (value: Value) => Value): Props =>
  Object.fromEntries(
    Object.entries(props)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, change(value)]),
  );

/** `crypter` returns undefined to write secrets in clear, as `pulumi stack export --show-secrets` does. */
export function store(state: ResourceState, crypter: () => Crypter | undefined): StoredResource {
  const stored: Record<string, unknown> = {};
  for (const key of Object.keys(defaults) as (keyof ResourceState)[]) {
    const value = state[key];
    if (key !== "urn" && key !== "custom" && key !== "type" && isEmpty(value)) continue;
    stored[key] = key === "inputs" || key === "outputs" ? seal(value as Props, crypter) : value;
  }
  return stored as StoredResource;
}

/** Puts marked secrets in the place of stored ones. */
export const reveal = (props: Props, crypter: () => Pick<Crypter, "decrypt">): Props =>
  unseal(props, crypter) as Props;

export function restore(stored: StoredResource, crypter: () => Crypter): ResourceState {
  const state = newState(structuredClone(stored));
  state.inputs = reveal(state.inputs, crypter);
  state.outputs = reveal(state.outputs, crypter);
  return state;
}

export type Dependency = "parent" | "dependency" | "property" | "deletedWith" | "replaceWith";

/** Everything a resource needs to be there, its provider apart. */
export function dependenciesOf(state: ResourceState): [Dependency, string, string?][] {
  const found: [Dependency, string, string?][] = [];
  if (state.parent !== "") found.push(["parent", state.parent]);
  for (const urn of state.dependencies) found.push(["dependency", urn]);
  for (const [key, urns] of Object.entries(state.propertyDependencies)) {
    for (const urn of urns) found.push(["property", urn, key]);
  }
  if (state.deletedWith !== "") found.push(["deletedWith", state.deletedWith]);
  for (const urn of state.replaceWith) found.push(["replaceWith", urn]);
  return found;
}
