import { randomUUID } from "node:crypto";
import type { ResourceState } from "../state/state";
import { reference } from "../values/urn";
import { changedKeys, copy, equal, UNKNOWN, type Props } from "../values/values";
import { DynamicProvider, type ProviderHostOptions } from "./dynamicProvider";
import type { Provider, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult } from "./provider";

/**
 * Providers are resources themselves: this is what makes, updates and deletes them. A provider that is in use keeps its configuration until
 * its resource is updated, which is why refresh and destroy see the stack's configuration as of the last `up`.
 */
export class ProviderRegistry implements Provider {
  readonly #providers = new Map<string, DynamicProvider>();
  readonly #aliases = new Map<string, string>();
  readonly #retired: DynamicProvider[] = [];

  constructor(private readonly host: ProviderHostOptions) {}

  get(ref: string): DynamicProvider | undefined {
    return this.#providers.get(ref);
  }

  registerAlias(urn: string, alias: string): void {
    if (urn !== alias) this.#aliases.set(urn, alias);
  }

  #set(urn: string, id: string, config: Props): void {
    const provider = new DynamicProvider(this.host, config);
    for (const name of [urn, this.#aliases.get(urn)]) {
      if (name === undefined) continue;
      const former = this.#providers.get(reference(name, id));
      if (former !== undefined) this.#retired.push(former);
      this.#providers.set(reference(name, id), provider);
    }
  }

  /** Makes a provider of the state usable, if it isn't yet. */
  load(state: ResourceState): void {
    if (state.id === "" || state.id === UNKNOWN) {
      throw new Error(`provider '${state.urn}' has an unknown ID`);
    }
    if (this.get(reference(state.urn, state.id)) === undefined) {
      this.#set(state.urn, state.id, state.inputs);
    }
  }

  async check(_urn: string, _olds: Props, news: Props): Promise<CheckResult> {
    return { inputs: news, failures: [] };
  }

  async diff(
    _urn: string,
    _id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
  ): Promise<DiffResult> {
    const same = equal(old.outputs, news);
    return {
      changes: same ? "none" : "some",
      changedKeys: same ? [] : changedKeys(old.outputs, news),
      replaceKeys: [],
      deleteBeforeReplace: false,
    };
  }

  async create(urn: string, inputs: Props, _timeout: number, preview: boolean): Promise<CreateResult> {
    const id = preview ? UNKNOWN : randomUUID();
    this.#set(urn, id, inputs);
    return { id, outputs: copy(inputs) };
  }

  async update(urn: string, id: string, _old: unknown, news: Props): Promise<UpdateResult> {
    this.#set(urn, id, news);
    return { outputs: copy(news) };
  }

  async read(): Promise<ReadResult> {
    throw new Error("provider resources may not be read");
  }

  async delete(urn: string, id: string): Promise<void> {
    const provider = this.#providers.get(reference(urn, id));
    this.#providers.delete(reference(urn, id));
    await provider?.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#providers.values(), ...this.#retired].map((provider) => provider.close()));
  }
}
