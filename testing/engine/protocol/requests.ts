import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Alias as WireAlias } from "@pulumi/pulumi/proto/alias_pb";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { CustomTimeouts } from "../state/state";
import { downgradeOutputs, outputDependencies, type Props } from "../values/values";
import type { Alias, Goal } from "./goal";
import { fromStruct } from "./rpc";

/** Reads a registration. `provider` is the reference that was found for it, `inherited` what its parent's options say. */
export function goalOf(
  request: RegisterResourceRequest,
  root: string,
  provider: string,
  inherited: Goal | undefined,
): Goal {
  const raw = fromStruct(request.getObject());
  const dependencies = unique(request.getDependenciesList());
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    properties: downgradeOutputs(raw),
    parent: request.getParent(),
    protect: request.hasProtect() ? request.getProtect() : inherited?.protect,
    dependencies,
    provider,
    propertyDependencies: propertyDependencies(request, raw, dependencies),
    deleteBeforeReplace:
      request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()
        ? request.getDeletebeforereplace()
        : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ urn })),
      ...request.getAliasesList().map(aliasOf),
    ],
    id: request.getImportid(),
    customTimeouts: timeouts(request.getCustomtimeouts()),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: request.getReplacementTrigger?.()?.toJavaScript() ?? null,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : inherited?.retainOnDelete,
    deletedWith: request.getDeletedwith() || (inherited?.deletedWith ?? ""),
    replaceWith: request.getReplaceWithList?.() ?? [],
    hideDiff: (request.getHidediffsList?.() ?? []).map((path) => path.split(".")),
    ...positionOf(request, root),
  };
}

const unique = (items: Iterable<string>): string[] => [...new Set(items)];

function propertyDependencies(
  request: RegisterResourceRequest,
  raw: Props,
  dependencies: string[],
): Record<string, string[]> {
  const given = request.getPropertydependenciesMap();
  const result: Record<string, string[]> = {};
  given.forEach((urns, key) => {
    result[key] = urns.getUrnsList();
  });
  for (const [key, value] of Object.entries(raw)) {
    const explicit = given.getLength() === 0 ? dependencies : (result[key] ?? []);
    result[key] = unique([...explicit, ...outputDependencies(value)]);
  }
  return result;
}

function aliasOf(alias: WireAlias): Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getParenturn(),
    noParent: spec.getNoparent(),
  };
}

const unitSeconds: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Go's durations (`1h30m`) in seconds. */
function seconds(duration: string): number {
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)) {
    total += Number(amount) * (unitSeconds[unit ?? "s"] ?? 1);
  }
  return total;
}

function timeouts(given: RegisterResourceRequest.CustomTimeouts | undefined): CustomTimeouts {
  if (given === undefined) return {};
  const all = {
    create: seconds(given.getCreate()),
    update: seconds(given.getUpdate()),
    delete: seconds(given.getDelete()),
    read: seconds(given.getRead?.() ?? ""),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value > 0));
}

interface Position {
  getUri(): string;
  getLine(): number;
  getColumn(): number;
}

/** Where in the program the resource is declared, as a URL relative to the project. */
export function positionOf(
  request: RegisterResourceRequest | ReadResourceRequest,
  root: string,
): { sourcePosition: string; stackTrace: { sourcePosition?: string }[] } {
  const show = (position: Position | undefined): string => {
    if (position?.getUri().startsWith("file:") !== true) return "";
    const path = relative(root, fileURLToPath(position.getUri())).replaceAll("\\", "/");
    const column = position.getColumn() === 0 ? "" : `,${position.getColumn()}`;
    return `project:///${encodeURI(path)}#${position.getLine()}${column}`;
  };
  const frames = request.getStacktrace?.()?.getFramesList() ?? [];
  return {
    sourcePosition: show(request.getSourceposition()),
    stackTrace: frames.map((frame) => {
      const sourcePosition = show(frame.getPc());
      return sourcePosition === "" ? {} : { sourcePosition };
    }),
  };
}
