import { refuse } from "../http/answers";
import type { AutoStopSetting, EnvironmentRow, ProjectRow } from "../model/rows";
import type { Store } from "../model/store";
import { guessTier, nameFaults, slugOf } from "../model/naming";

export interface EnvironmentFields {
  external_url?: string | null | undefined;
  tier?: string | null | undefined;
  description?: string | null | undefined;
  auto_stop_setting?: string | null | undefined;
  cluster_agent_id?: number | null | undefined;
  kubernetes_namespace?: string | null | undefined;
  flux_resource_path?: string | null | undefined;
}

type Settings = Pick<
  EnvironmentRow,
  | "externalUrl"
  | "tier"
  | "description"
  | "autoStopSetting"
  | "agentId"
  | "kubernetesNamespace"
  | "fluxResourcePath"
>;

/** A new environment, or the model's refusal. */
export function createEnvironment(
  store: Store,
  project: ProjectRow,
  name: string,
  fields: EnvironmentFields = {},
): EnvironmentRow {
  const slug = slugOf(name);
  const settings = changed(store, project, name, blank(store, name), fields);
  const faults = new Faults();
  for (const fault of nameFaults(name)) faults.add("name", fault);
  if (store.environments.find("name", `${project.id}/${name}`)) faults.add("name", "has already been taken");
  if (store.environments.find("slug", `${project.id}/${slug}`)) faults.add("slug", "has already been taken");
  checkSettings(settings, faults);
  faults.raise();
  const now = store.now();
  return store.environments.insert({
    projectId: project.id,
    name,
    slug,
    ...settings,
    state: "available",
    autoStopAt: null,
    deleteAt: null,
    createdAt: now,
    updatedAt: now,
  });
}

/** Saves what changes; nothing changes `updated_at` when nothing else does. */
export function updateEnvironment(store: Store, row: EnvironmentRow, fields: EnvironmentFields): void {
  const project = store.projects.get(row.projectId);
  if (project === undefined) throw refuse.broken();
  const settings = changed(store, project, row.name, row, fields);
  const faults = new Faults();
  checkSettings(settings, faults, row.externalUrl);
  faults.raise();
  const keys = Object.keys(settings) as (keyof Settings)[];
  if (keys.every((key) => settings[key] === row[key])) return;
  Object.assign(row, settings, { updatedAt: store.now() });
}

function blank(store: Store, name: string): Settings {
  return {
    externalUrl: null,
    tier: guessTier(name),
    description: null,
    autoStopSetting: store.switches.autoStopDefault,
    agentId: null,
    kubernetesNamespace: null,
    fluxResourcePath: null,
  };
}

/** Empty strings are stored as null. */
const presence = (value: string | null): string | null => (value === "" ? null : value);

function changed(
  store: Store,
  project: ProjectRow,
  name: string,
  old: Settings,
  fields: EnvironmentFields,
): Settings {
  const text = (value: string | null | undefined, was: string | null) =>
    value === undefined ? was : presence(value);
  const agentId = fields.cluster_agent_id;
  if (agentId != null) checkAgent(store, project, agentId);
  return {
    externalUrl: text(fields.external_url, old.externalUrl),
    tier: fields.tier === undefined ? old.tier : (fields.tier ?? guessTier(name)),
    description: text(fields.description, old.description),
    autoStopSetting: (fields.auto_stop_setting as AutoStopSetting | null | undefined) ?? old.autoStopSetting,
    agentId: agentId === undefined ? old.agentId : agentId,
    kubernetesNamespace: text(fields.kubernetes_namespace, old.kubernetesNamespace),
    fluxResourcePath: text(fields.flux_resource_path, old.fluxResourcePath),
  };
}

function checkAgent(store: Store, project: ProjectRow, id: number): void {
  const agent = store.agents.get(id);
  if (agent?.projectId !== project.id && !agent?.authorizedProjectIds.includes(project.id)) {
    throw refuse.badRequest("cluster agent doesn't exist or cannot be associated with this environment");
  }
}

function checkSettings(settings: Settings, faults: Faults, oldUrl: string | null = null): void {
  const { externalUrl, description, kubernetesNamespace: namespace, fluxResourcePath: flux } = settings;
  if (externalUrl !== null && externalUrl !== oldUrl) checkUrl(externalUrl, faults);
  if ((description?.length ?? 0) > 10_000) faults.add("description", tooLong(10_000));
  if (namespace !== null) {
    if (settings.agentId === null)
      faults.add("kubernetes_namespace", "cannot be set without a cluster agent");
    if (namespace.length > 63) faults.add("kubernetes_namespace", tooLong(63));
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) {
      faults.add(
        "kubernetes_namespace",
        "can contain only lowercase letters, digits, and '-'. Must start with a letter, and cannot end with '-'",
      );
    }
  }
  if (flux !== null) {
    if (namespace === null) faults.add("flux_resource_path", "cannot be set without a kubernetes namespace");
    if (flux.length > 255) faults.add("flux_resource_path", tooLong(255));
  }
}

const tooLong = (limit: number) => `is too long (maximum is ${limit} characters)`;

function checkUrl(url: string, faults: Faults): void {
  if (url.length > 255) faults.add("external_url", tooLong(255));
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && ["javascript", "data", "vbscript"].includes(scheme)) {
    faults.add("external_url", `${scheme} scheme is not allowed`);
  } else if (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(url) &&
    !/^[^:]+:\/\/[^/?#\s]*[^/?#\s:](:\d*)?([/?#]|$)/.test(url)
  ) {
    faults.add("external_url", "URI is invalid");
  }
}

/** Rails' errors by attribute. */
class Faults {
  readonly #byField: Record<string, string[]> = {};

  add(field: string, sentence: string): void {
    (this.#byField[field] ??= []).push(sentence);
  }

  raise(): void {
    if (Object.keys(this.#byField).length > 0) throw refuse.model(this.#byField);
  }
}
