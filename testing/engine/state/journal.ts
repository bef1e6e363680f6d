import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Crypter } from "./secrets";
import { exportSnapshot, importSnapshot, normalize, type ChangeLog, type Snapshot } from "./snapshot";
import {
  restore,
  store,
  type ExportedStack,
  type OperationType,
  type ResourceState,
  type StoredResource,
} from "./state";

type Entry =
  | { salt: string }
  | { begin: number; type: OperationType; resource: StoredResource }
  | { of?: number | undefined; old?: number | undefined; now?: StoredResource; at?: number }
  | { changed: number; resource: StoredResource }
  | { rebase: StoredResource[] };

/**
 * Keeps the state on disk crash-safe without writing all of it after each step: one line is appended for every change, and the lines become a
 * new state file at the end. What a killed engine had recorded is there at the next start, with the operations that were under way.
 */
export class Journal implements ChangeLog {
  readonly #numbers = new Map<ResourceState, number>();
  readonly #path: string;

  constructor(
    private readonly file: string,
    base: Snapshot,
    private readonly secrets: () => Crypter,
  ) {
    this.#path = journalPath(file);
    rmSync(this.#path, { force: true });
    base.resources.forEach((resource) => this.#number(resource));
  }

  #number(resource: ResourceState): number {
    const known = this.#numbers.get(resource);
    if (known !== undefined) return known;
    this.#numbers.set(resource, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** The lines say what they were encrypted with: the state file may have had no secret, and so no salt. */
  readonly #crypter = (): Crypter => {
    const crypter = this.secrets();
    if (!this.#salted) this.#write({ salt: crypter.salt });
    this.#salted = true;
    return crypter;
  };
  #salted = false;

  #write(entry: Entry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }

  begin(resource: ResourceState, type: OperationType): void {
    this.#write({ begin: this.#number(resource), type, resource: store(resource, this.#crypter) });
  }

  end(step: { of?: ResourceState; old?: ResourceState | undefined; now?: ResourceState }): void {
    this.#write({
      of: step.of && this.#number(step.of),
      old: step.old && this.#number(step.old),
      ...(step.now && { now: store(step.now, this.#crypter), at: this.#number(step.now) }),
    });
  }

  changed(resource: ResourceState): void {
    this.#write({ changed: this.#number(resource), resource: store(resource, this.#crypter) });
  }

  rebase(base: Snapshot): void {
    this.#numbers.clear();
    base.resources.forEach((resource) => this.#number(resource));
    this.#write({ rebase: base.resources.map((resource) => store(resource, this.#crypter)) });
  }

  /** Writes the state as a whole and forgets the lines. */
  compact(snapshot: Snapshot): void {
    writeState(this.file, exportSnapshot(snapshot, this.#crypter));
  }
}

const journalPath = (file: string): string => `${file}.journal`;

export function writeState(file: string, exported: ExportedStack): void {
  writeFileSync(`${file}.new`, JSON.stringify(exported, undefined, 2));
  renameSync(`${file}.new`, file);
  rmSync(journalPath(file), { force: true });
}

/** The state as the last engine left it, finished or killed. */
export function readState(file: string, crypter: (salt?: string) => Crypter): Snapshot {
  const exported = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ExportedStack) : undefined;
  const base: Snapshot = exported ? importSnapshot(exported, crypter) : { resources: [], operations: [] };
  if (!existsSync(journalPath(file))) return base;
  const salt = exported?.deployment.secrets_providers?.state?.salt;
  return replay(base, readFileSync(journalPath(file), "utf8"), (named) => crypter(named ?? salt));
}

function replay(base: Snapshot, text: string, crypterOf: (salt?: string) => Crypter): Snapshot {
  let salt: string | undefined;
  const crypter = (): Crypter => crypterOf(salt);
  let before = base.resources;
  let known = new Map(before.map((resource, i) => [i, resource]));
  const finished: ResourceState[] = [];
  const done = new Set<ResourceState | undefined>();
  const pending = new Map<number, Snapshot["operations"][number]>();
  for (const entry of entries(text)) {
    if ("salt" in entry) salt = entry.salt;
    else if ("rebase" in entry) {
      before = entry.rebase.map((resource) => restore(resource, crypter));
      known = new Map(before.map((resource, i) => [i, resource]));
    } else if ("begin" in entry) {
      const resource = known.get(entry.begin) ?? restore(entry.resource, crypter);
      pending.set(entry.begin, { resource, type: entry.type });
    } else if ("changed" in entry) {
      const resource = known.get(entry.changed);
      if (resource !== undefined) Object.assign(resource, restore(entry.resource, crypter));
    } else {
      if (entry.of !== undefined) pending.delete(entry.of);
      if (entry.old !== undefined) done.add(known.get(entry.old));
      if (entry.now !== undefined && entry.at !== undefined) {
        const resource = restore(entry.now, crypter);
        known.set(entry.at, resource);
        finished.push(resource);
      }
    }
  }
  const resources = [...finished, ...before].filter((resource) => !done.has(resource));
  const interrupted = base.operations.filter(({ type }) => type === "creating");
  return normalize({ resources, operations: [...pending.values(), ...interrupted] });
}

/** The last line may be half written: it was not finished, so it does not count. */
function* entries(text: string): Generator<Entry> {
  const lines = text.split("\n");
  for (const line of lines.slice(0, -1)) yield JSON.parse(line) as Entry;
}
