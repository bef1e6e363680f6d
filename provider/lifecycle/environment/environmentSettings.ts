import type { WireEnvironment } from "../../gitlab/answer/types";
import type { Failure, Props } from "../fields";
import { guessTier } from "./tiers";

/** The server's name of each setting and the value that clears it; `tier` is cleared to what the name suggests. */
const SETTINGS = {
  externalUrl: { wire: "external_url", cleared: "" },
  tier: { wire: "tier", cleared: undefined },
  description: { wire: "description", cleared: "" },
  clusterAgentId: { wire: "cluster_agent_id", cleared: null },
  kubernetesNamespace: { wire: "kubernetes_namespace", cleared: null },
  fluxResourcePath: { wire: "flux_resource_path", cleared: null },
  autoStopSetting: { wire: "auto_stop_setting", cleared: "always" },
} as const;
export type Setting = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as Setting[];

/** The server's values; undefined where the answer lacks the key. */
export function live(wire: WireEnvironment): Record<Setting, unknown> {
  return {
    externalUrl: wire.external_url,
    tier: wire.tier,
    description: wire.description,
    clusterAgentId: wire.cluster_agent === undefined ? undefined : (wire.cluster_agent?.id ?? null),
    kubernetesNamespace: wire.kubernetes_namespace,
    fluxResourcePath: wire.flux_resource_path,
    autoStopSetting: wire.auto_stop_setting,
  };
}

/**
 * Declared settings with the values the server holds. A key the answer lacks (an agent this token may not read, a field
 * this GitLab does not know) says nothing about the value; a null says it is not set.
 */
export function settingsSeen(wire: WireEnvironment, declared: Props): Props {
  const values = live(wire);
  const seen: Props = {};
  for (const name of SETTING_NAMES) {
    if (declared[name] === undefined) continue;
    const value = values[name] === undefined ? declared[name] : values[name];
    if (value !== null && value !== "") seen[name] = value;
  }
  return seen;
}

/** Every setting the server holds, declared or not. */
export function allSettings(wire: WireEnvironment): Props {
  return Object.fromEntries(Object.entries(live(wire)).filter(([, value]) => value != null && value !== ""));
}

/** The body of a PUT that takes these settings from what they are to what is declared. */
export function bodyOf(names: readonly Setting[], inputs: Props): Props {
  const entries = names.map(
    (name) => [SETTINGS[name].wire, inputs[name] ?? clearedValue(name, inputs)] as const,
  );
  return Object.fromEntries(entries);
}

function clearedValue(name: Setting, inputs: Props): unknown {
  return name === "tier" ? guessTier(inputs["name"] as string) : SETTINGS[name].cleared;
}

/** Settings that differ between the server and the declaration; undeclared ones only where `names` asks for them. */
export function differing(wire: WireEnvironment, inputs: Props): Setting[] {
  const seen = settingsSeen(wire, inputs);
  return SETTING_NAMES.filter((name) => inputs[name] !== undefined && inputs[name] !== seen[name]);
}

/** A namespace needs an agent and a Flux path a namespace; known before anything is sent. */
export function dependentSettings(inputs: Props): Failure[] {
  const needs: [Setting, Setting][] = [
    ["kubernetesNamespace", "clusterAgentId"],
    ["fluxResourcePath", "kubernetesNamespace"],
  ];
  return needs
    .filter(([dependent, base]) => inputs[dependent] !== undefined && inputs[base] === undefined)
    .map(([dependent, base]) => ({ property: dependent, reason: `cannot be set without ${base}` }));
}

/** GitLab refuses to drop an agent or namespace whose dependents stay: they travel in the same request. */
export function withDependents(settings: Setting[], news: Props): Setting[] {
  const all = new Set(settings);
  if (all.has("clusterAgentId") && news["clusterAgentId"] === undefined) all.add("kubernetesNamespace");
  if (all.has("kubernetesNamespace") && news["kubernetesNamespace"] === undefined)
    all.add("fluxResourcePath");
  return [...all];
}
