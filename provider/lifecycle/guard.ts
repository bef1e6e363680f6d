import { containsUnknown } from "../fields/unknowns";
import { isGitLabError } from "../gitlab/answer/errors";
import { lookupsFor } from "../gitlab/reads/lookups";
import type { Props } from "../fields/check";
import type { Context } from "./context";
import { DeclaredObjects, type ObjectName, type ServerIdentity } from "./declared";
import { UserError } from "./errors";
import type { Lifecycle } from "./lifecycle";
import { siblings } from "./siblings";

/** One per process: a provider process serves one operation. */
let objects = new DeclaredObjects();

/** Where a process outlives an operation (a provider that a debugger holds), the next one knows nothing of the last. */
export function beginOperation(): void {
  objects = new DeclaredObjects();
}

/** What this process makes may be what another one of this operation is to delete at another address. */
let takesOver = false;

/** Its provider takes the place of one at another address, which may lead to the same GitLab. */
export function takeOverFromElsewhere(): void {
  takesOver = true;
}

/** What the engine's calls for one class tell about its objects, and what they may do to them. */
export class Guard {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly context: Context,
  ) {}

  /** The program declares it; its resource had another, or the same, in the last operation. */
  declare(olds: Props, inputs: Props): void {
    const object = this.#nameOf(inputs);
    if (object) objects.declare(object);
    const before = this.#nameOf(olds);
    if (before) objects.hadBefore(before);
  }

  /** Its resource stays with it. */
  keep(id: string, olds: Props, news: Props): void {
    const object = this.#nameOf(news);
    if (object && !objects.keep(object, this.#identityOf(id, olds))) throw twice(object);
    else if (!this.lifecycle.named) objects.keepNumbers(this.#identityOf(id, olds));
  }

  /** Makes it, unless another resource of this operation does. */
  async make<T extends { id: string; outs: Props }>(inputs: Props, create: () => Promise<T>): Promise<T> {
    const object = this.#nameOf(inputs);
    if (object && !objects.claim(object)) throw twice(object);
    try {
      const made = await create();
      await this.#note(made.id, made.outs);
      return made;
    } catch (error) {
      const partial = error as { id?: unknown; properties?: unknown };
      if (typeof partial.id === "string" && partial.properties !== undefined)
        await this.#note(partial.id, partial.properties as Props);
      else if (object) objects.unclaim(object);
      throw error;
    }
  }

  /** Whether a resource of this operation has the object that is to be deleted, so that it must only be forgotten. */
  async isWanted(id: string, props: Props): Promise<boolean> {
    const identity = this.#identityOf(id, props);
    hearOthers();
    if (objects.hasMade(identity) || (!this.lifecycle.named && objects.keepsNumbers(identity))) return true;
    const object = this.#nameOf(props);
    if (object && (await objects.keepsName(object, () => this.context.client(props)))) return true;
    return this.#isElsewhere(id, props, identity);
  }

  isHeld(kind: string, props: Props, numbers: readonly (string | number)[]): boolean {
    hearOthers();
    return objects.holds({ kind, baseUrl: this.context.baseUrl(props), numbers: numbers.map(String) });
  }

  /** Whether a resource of this program had, in the last operation, what has this project or group and name. */
  wasBefore(props: Props): boolean {
    const object = this.#nameOf(props);
    return object !== undefined && objects.wasBefore(object);
  }

  async #note(id: string, outs: Props): Promise<void> {
    const made = this.#identityOf(id, outs);
    objects.made(made);
    const { home, ...identity } = made;
    const page = takesOver ? await home?.() : undefined;
    if (identity.numbers.length > 0) siblings.tell({ ...identity, ...(page === undefined ? {} : { page }) });
  }

  /** The same GitLab may be known under two addresses; only a look at the object itself tells. */
  async #isElsewhere(id: string, props: Props, identity: ServerIdentity): Promise<boolean> {
    if (identity.numbers.length === 0 || !objects.mayBeElsewhere(identity)) return false;
    const seen = await this.lifecycle.read(this.context, id, props);
    return seen !== undefined && objects.isElsewhere(this.#identityOf(id, seen.outs));
  }

  #identityOf(id: string, outs: Props): ServerIdentity {
    const createdAt = Date.parse(String(outs["createdAt"]));
    return {
      kind: this.lifecycle.kind,
      baseUrl: this.context.baseUrl(outs),
      numbers: (this.lifecycle.numbers?.(id, outs) ?? []).map(String),
      ...(Number.isNaN(createdAt) ? {} : { createdAt }),
      home: () => this.#homeOf(outs),
    };
  }

  async #homeOf(outs: Props): Promise<string | undefined> {
    const { project, group } = outs;
    const [kind, spelling] =
      group === undefined ? (["project", project] as const) : (["group", group] as const);
    if (typeof spelling !== "string") return undefined;
    try {
      return (await lookupsFor(this.context.client(outs))[kind](spelling)).web_url ?? undefined;
    } catch (error) {
      // A job token may not look, and the new token need not see what the old one does.
      if (isGitLabError(error)) return undefined;
      throw error;
    }
  }

  #nameOf(props: Props): ObjectName | undefined {
    const { kind, named } = this.lifecycle;
    if (!named) return undefined;
    const spelling = props[named.container];
    const name = props[named.name];
    if (typeof spelling !== "string" || typeof name !== "string") return undefined;
    if (containsUnknown([spelling, name, props["connection"]])) return undefined;
    return { kind, baseUrl: this.context.baseUrl(props), level: named.container, spelling, name };
  }
}

function hearOthers(): void {
  for (const { page, ...identity } of siblings.heard()) objects.madeByAnother(identity, page);
}

/** Two resources of one program for the same object, of which the second would take over what the first has made. */
function twice({ kind, spelling, name }: ObjectName): UserError {
  return new UserError(
    `another resource of this program already is the ${kind} ${name} of ${spelling}. ` +
      `Declare it once: two resources for the same object would undo each other's changes.`,
  );
}
