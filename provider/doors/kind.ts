import * as pulumi from "@pulumi/pulumi";

import { namesOf } from "../fields/check";
import type { Table } from "../fields/field";
import type { Lifecycle } from "../lifecycle/lifecycle";
import { standingFor } from "../lifecycle/timed";
import { withoutStacks } from "./stacks";

/** What a class needs of its life cycle: the table, and the name that it has itself. */
export type Kind = Pick<Lifecycle, "kind" | "fields">;

/** The types of each door, up to the name of the class: `pulumi-nodejs:dynamic/gitlab:Environment`, `gitlab-cd:index:Environment`. */
export const DOORS = { dynamic: "pulumi-nodejs:dynamic/gitlab:", native: "gitlab-cd:index:" } as const;
export type Door = keyof typeof DOORS;

/** Where an object is looked up by `get`: its id says the rest. */
export interface GetArgs {
  /** Named connection (README, "Configuration"). Default: the default one. */
  connection?: pulumi.Input<string>;
}

/** Values whose change makes an action run anew; nothing else is done with them. */
export type Triggers = pulumi.Input<readonly unknown[] | Readonly<Record<string, unknown>>>;

/** The type in full, as the static `__pulumiType` of each class: policy packs choose what they look at by it. */
export function typeOf(door: Door, { kind }: Kind): string {
  return DOORS[door] + kind;
}

/** A resource of a program: what it is, and what its class was constructed with. */
export type Registered = [kind: Kind, name: string, args: object, opts?: pulumi.CustomResourceOptions];

/**
 * What every class of a door registers, with what that door says `besides`. Not a common base class: the SDK takes the frame below a
 * resource's own constructor for the line of the program, and every frame more goes into the state of each resource.
 */
export function registrationAt(
  door: Door,
  [kind, name, args, opts = {}]: Registered,
  besides: pulumi.Inputs = {},
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  const inputs = { ...undeclaredOutputs(kind.fields), ...timed(kind, args, opts), ...besides };
  const options = fromOtherDoor(door, kind, opts);
  withoutStacks(opts);
  return [typeOf(door, kind), name, inputs, options];
}

/**
 * By the type alone, as generated SDKs do: policy packs ask with an object that holds nothing else.
 * https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/policy.ts (`isTypeOf`)
 */
export function isOfType(obj: unknown, type: string): boolean {
  return (obj as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
}

/** Named so that they become outputs of the class even where nobody declares them. */
function undeclaredOutputs(table: Table): pulumi.Inputs {
  const names = namesOf(table, "container", "identity", "setting", "computed", "answer");
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Outputs that the id tells: known as soon as it is. */
export function numbersOf(resource: pulumi.CustomResource, { fields }: Kind): void {
  for (const name of namesOf(fields, "number"))
    Object.assign(resource, { [name]: resource.id.apply((id) => fields[name]?.fromId?.(id)) });
}

/**
 * The options of a `get`: the id makes the engine read instead of create. Of what else is asked it leaves out what is not known
 * yet, so while nobody knows whom to ask, the id must not be known either.
 */
export function getOptions(
  id: pulumi.Input<pulumi.ID>,
  { connection }: GetArgs,
  opts: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  const isPlain = connection === undefined || typeof connection === "string";
  return pulumi.mergeOptions(opts, {
    id: isPlain ? id : pulumi.all([id, connection]).apply(([known]) => known),
  });
}

/**
 * A resource that came in through the other door is the same one: whoever changes the import changes nothing else. The engine looks
 * for the alias only where it finds no resource of this type, and does not keep it in state.
 */
function fromOtherDoor(
  door: Door,
  kind: Kind,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const other = door === "dynamic" ? "native" : "dynamic";
  return pulumi.mergeOptions(opts, { aliases: [{ type: typeOf(other, kind) }] });
}

/** What `customTimeouts` says, as the argument that says the same; an argument of the program's own counts before it. */
function timed({ kind }: Kind, args: object, opts: pulumi.CustomResourceOptions): object {
  const standing = standingFor(kind);
  const seconds = standing && timeoutSeconds(opts.customTimeouts?.[standing.calls[0]]);
  return standing === undefined || seconds === undefined ? args : { [standing.argument]: seconds, ...args };
}

/** `30s`, `10m`, `1h30m` in seconds. */
function timeoutSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.map((part) => part[0]).join("") !== text) return undefined;
  return Math.ceil(parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] ?? "s"] ?? 1), 0));
}

/** Tests with mocks run from anywhere, and no provider is ever loaded. */
export function isMocked(): boolean {
  return pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

/**
 * A program of the Automation API runs in the process that started it, and nobody tells it where its project is. Every other
 * program is started by the SDK's `cmd/run`.
 */
export function isInline(): boolean {
  return !/[\\/]cmd[\\/]run/.test(process.argv[1] ?? "");
}

const checkedTokens = new Set<string>();

/** A token set without `--secret` would be kept in clear in every state of the stack. */
export function refusePlainToken(namespace: string): void {
  const key = `${namespace}:token`;
  if (checkedTokens.has(key) || pulumi.runtime.getConfig(key) === undefined) return;
  // In the SDK since 2020 but missing from its type declarations.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (isConfigSecret?.(key) === false) {
    throw new pulumi.RunError(
      `The configuration ${key} is not a secret, so the token would be kept in clear in the stack's file and state. ` +
        `Run: pulumi config set --secret ${key}   (and replace the token: it has been stored in clear).`,
    );
  }
  checkedTokens.add(key);
}
