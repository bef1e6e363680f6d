import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { namesOf } from "../../fields/check";
import type { Table } from "../../fields/field";

/** The module and class that the engine shows, as in `pulumi-nodejs:dynamic/gitlab:Environment`. */
const TYPE_PREFIX = "pulumi-nodejs:dynamic/gitlab:";

/** Where an object is looked up by `get`: its id says the rest. */
export interface GetArgs {
  /** Named connection (see the README, "Configuration"); default: the `gitlab:` configuration and `GITLAB_TOKEN`. */
  connection?: pulumi.Input<string>;
}

/**
 * What every resource of this package hands to `pulumi.CustomResource`: its provider is loaded by name from the installed
 * package. Not a common base class: the SDK takes the frame below a resource's own constructor for the line of the
 * program, and every frame more goes into the state of each resource.
 */
export function registration(
  kind: DynamicKind,
  name: string,
  props: object,
  opts: pulumi.CustomResourceOptions = {},
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  preflight();
  const connection = withSecretToken((props as { connection?: pulumi.Input<string> }).connection);
  const undeclared = undeclaredOutputs(kind.fields);
  return [
    TYPE_PREFIX + kind.type,
    name,
    {
      __provider: loaderText(kind.name),
      ...undeclared,
      ...props,
      ...(connection === undefined ? {} : { connection }),
    },
    opts,
  ];
}

/** Named so that they become outputs of the class even where nobody declares them. */
function undeclaredOutputs(table: Table): pulumi.Inputs {
  const names = namesOf(table, "container", "identity", "setting", "computed", "answer");
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Outputs that the id tells: known as soon as it is. */
export function numbersOf(resource: pulumi.CustomResource, { fields }: DynamicKind): void {
  for (const name of namesOf(fields, "number"))
    Object.assign(resource, { [name]: resource.id.apply((id) => fields[name]?.fromId?.(id)) });
}

/** Values whose change makes an action run anew; nothing else is done with them. */
export type Triggers = pulumi.Input<readonly unknown[] | Readonly<Record<string, unknown>>>;

/** The names that loader texts in users' states use: exports of `pulumi-gitlab-cd/dynamic`. */
export type DynamicName =
  | "deployment"
  | "deploymentApproval"
  | "environment"
  | "groupProtectedEnvironment"
  | "pipeline"
  | "projectProtectedEnvironment"
  | "reviewAppCleanup"
  | "staleEnvironmentsStop";

/** A class name and the name of its provider in `pulumi-gitlab-cd/dynamic`. */
export interface DynamicKind {
  type: string;
  name: DynamicName;
  fields: Table;
}

/** The type in full, as the static `__pulumiType` of each class: policy packs choose what they look at by it. */
export function typeToken(kind: DynamicKind): string {
  return TYPE_PREFIX + kind.type;
}

/**
 * By the type alone, as generated SDKs do: policy packs ask with an object that holds nothing else.
 * https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/policy.ts (`isTypeOf`)
 */
export function isKind(obj: unknown, kind: DynamicKind): boolean {
  return (obj as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === typeToken(kind);
}

/** The options of a `get`: the id makes the engine read instead of create. */
export function getOptions(
  id: pulumi.Input<pulumi.ID>,
  opts: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions(opts, { id });
}

/**
 * The handler the engine keeps in state and evaluates in its provider process. It only loads the installed package, so an
 * upgrade is in force at once, nothing of the program is captured, and no token can be. See docs/decisions/001.
 */
export function loaderText(name: DynamicName): string {
  return `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-gitlab-cd/dynamic").${name}`;
}

let flownBefore = false;

/** What would fail later and less clearly, asked once per program before anything is registered. */
function preflight(): void {
  if (flownBefore || isMocked()) return;
  const here = join(process.cwd(), "/");
  try {
    createRequire(here).resolve("pulumi-gitlab-cd/dynamic");
  } catch {
    flownBefore = true;
    if (isInline()) return void pulumi.log.info(INLINE_HINT);
    flownBefore = false;
    throw new pulumi.RunError(
      `pulumi-gitlab-cd cannot be loaded from ${here}, where Pulumi runs its provider. ` +
        `Add "pulumi-gitlab-cd" to the dependencies in the package.json of this Pulumi project, ` +
        `even if another package already depends on it.`,
    );
  }
  flownBefore = true;
}

const INLINE_HINT =
  "pulumi-gitlab-cd: an inline program was started in a folder that does not have this package. That is fine where `main` of its project " +
  "settings is a folder that does: Pulumi runs the provider there.";

/**
 * A program of the Automation API runs in the process that started it, and Pulumi runs the provider in the `main` of the
 * project settings, which nobody tells us. Every other program is started by the SDK's `cmd/run`.
 */
function isInline(): boolean {
  return !/[\\/]cmd[\\/]run/.test(process.argv[1] ?? "");
}

/** Tests with mocks run from anywhere, and no provider is ever loaded. */
function isMocked(): boolean {
  return pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

const checkedTokens = new Set<string>();

/** The connection, once its token is known to be kept in secret; of an output that is when its name is known. */
function withSecretToken(connection: pulumi.Input<string> | undefined): pulumi.Input<string> | undefined {
  if (connection === undefined || typeof connection === "string") {
    refusePlainToken(connection ?? "gitlab");
    return connection;
  }
  return pulumi.output(connection).apply((name) => {
    refusePlainToken(name);
    return name;
  });
}

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

/** `30s`, `10m`, `1h30m` of Pulumi's `customTimeouts` in seconds, which the engine itself does not pass to dynamic resources. */
export function timeoutSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.map((part) => part[0]).join("") !== text) return undefined;
  return Math.ceil(parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] ?? "s"] ?? 1), 0));
}
