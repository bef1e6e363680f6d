import { createHash } from "node:crypto";
import { makeUrn, nameOf, referencedId, referencedUrn, reference, STACK_TYPE, typeOf } from "../values/urn";
import { qualifiedType } from "../values/urn";
import type { Crypter } from "./secrets";
import {
  dependenciesOf,
  restore,
  store,
  type ExportedStack,
  type OperationType,
  type ResourceState,
} from "./state";

export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: OperationType;
}

/** A stack's state at one moment: resources in an order in which each stands behind what it depends on. */
export interface Snapshot {
  resources: ResourceState[];
  operations: PendingOperation[];
}

/** Is told of every change as it happens. */
export interface ChangeLog {
  begin(resource: ResourceState, type: OperationType): void;
  end(step: { of?: ResourceState; old?: ResourceState | undefined; now?: ResourceState }): void;
  changed(resource: ResourceState): void;
  rebase(base: Snapshot): void;
}

/**
 * Follows an operation step by step, so that at any moment the state can be said: what was finished, then what has not been touched yet, and
 * which operations are under way. Every change is also written to the journal.
 */
export class SnapshotManager {
  readonly #finished: ResourceState[] = [];
  readonly #done = new Set<ResourceState>();
  readonly #pending = new Map<ResourceState, PendingOperation>();

  constructor(
    private readonly base: Snapshot,
    private readonly journal: ChangeLog | undefined,
  ) {}

  begin(resource: ResourceState, type: OperationType): void {
    this.#pending.set(resource, { resource, type });
    this.journal?.begin(resource, type);
  }

  /** Records how a step ended: `old` leaves the state, `now` enters it. */
  end(step: { of?: ResourceState; old?: ResourceState | undefined; now?: ResourceState }): void {
    if (step.of !== undefined) this.#pending.delete(step.of);
    if (step.old !== undefined) this.#done.add(step.old);
    if (step.now !== undefined) this.#finished.push(step.now);
    this.journal?.end(step);
  }

  /** A resource that is in the state already got new outputs or a new mark. */
  changed(resource: ResourceState): void {
    this.journal?.changed(resource);
  }

  /** The base was replaced by what a refresh found. */
  rebased(): void {
    this.journal?.rebase(this.base);
  }

  snapshot(): Snapshot {
    const resources = [...this.#finished, ...this.base.resources].filter(
      (resource) => !this.#done.has(resource),
    );
    // A create that was interrupted before may have made something: only a person can say, so it stays on record.
    const operations = [
      ...this.#pending.values(),
      ...this.base.operations.filter(({ type }) => type === "creating"),
    ];
    return normalize({ resources, operations });
  }
}

/** Where a resource was found under an alias, everything that refers to its former name follows. */
export function normalize(snapshot: Snapshot): Snapshot {
  const renamed = new Map<string, string>();
  for (const state of snapshot.resources) {
    for (const alias of state.aliases) renamed.set(alias, state.urn);
    const parent = renamed.get(state.parent);
    if (parent !== undefined && qualifiedType(parent) !== STACK_TYPE) {
      const [stack, project] = state.urn.slice("urn:pulumi:".length).split("::");
      const naming = { stack: stack ?? "", project: project ?? "" };
      renamed.set(state.urn, makeUrn(naming, parent, typeOf(state.urn), nameOf(state.urn)));
    }
  }
  const fix = (urn: string): string => renamed.get(urn) ?? urn;
  return {
    operations: snapshot.operations,
    resources: snapshot.resources.map((state) => {
      if (state.aliases.length === 0 && !refersTo(state, renamed)) return state;
      return {
        ...state,
        urn: fix(state.urn),
        parent: fix(state.parent),
        dependencies: state.dependencies.map(fix),
        propertyDependencies: Object.fromEntries(
          Object.entries(state.propertyDependencies).map(([key, urns]) => [key, urns.map(fix)]),
        ),
        deletedWith: fix(state.deletedWith),
        replaceWith: state.replaceWith.map(fix),
        provider:
          state.provider && reference(fix(referencedUrn(state.provider)), referencedId(state.provider)),
        aliases: [],
      };
    }),
  };
}

const refersTo = (state: ResourceState, renamed: ReadonlyMap<string, string>): boolean =>
  renamed.size > 0 &&
  (renamed.has(state.urn) ||
    (state.provider !== "" && renamed.has(referencedUrn(state.provider))) ||
    dependenciesOf(state).some(([, urn]) => renamed.has(urn)));

/** The version written into a manifest's `magic`; the CLI checks only that the two agree. */
const ENGINE_VERSION = "v3.248.0";

export function exportSnapshot(snapshot: Snapshot, crypter: (() => Crypter) | undefined): ExportedStack {
  let used: Crypter | undefined;
  const encrypt = (): Crypter | undefined => (used ??= crypter?.());
  const resources = snapshot.resources.map((state) => store(state, encrypt));
  const operations = snapshot.operations.map(({ resource, type }) => ({
    resource: store(resource, encrypt),
    type,
  }));
  const magic = createHash("sha256").update(ENGINE_VERSION).digest("hex");
  return {
    version: 3,
    deployment: {
      manifest: { time: new Date().toISOString(), magic, version: ENGINE_VERSION },
      ...(used === undefined
        ? {}
        : { secrets_providers: { type: "passphrase", state: { salt: used.salt } } }),
      ...(resources.length === 0 ? {} : { resources }),
      ...(operations.length === 0 ? {} : { pending_operations: operations }),
      metadata: {},
    },
  };
}

/** `crypter` is called with the deployment's salt, when the first secret is met. */
export function importSnapshot(
  exported: ExportedStack,
  crypter: (salt: string | undefined) => Crypter,
): Snapshot {
  if (exported.version !== 3) {
    throw new Error(`A deployment of version ${exported.version} is not supported: only version 3 is.`);
  }
  const { deployment } = exported;
  const provider = deployment.secrets_providers;
  const decrypter = (): Crypter => {
    if (provider !== undefined && provider.type !== "passphrase" && provider.type !== "") {
      throw new Error(
        `The secrets provider "${provider.type}" is not supported: export the state with --show-secrets, or change to a passphrase.`,
      );
    }
    return crypter(provider?.state?.salt);
  };
  return {
    resources: (deployment.resources ?? []).map((stored) => restore(stored, decrypter)),
    operations: (deployment.pending_operations ?? []).map(({ resource, type }) => ({
      resource: restore(resource, decrypter),
      type,
    })),
  };
}
