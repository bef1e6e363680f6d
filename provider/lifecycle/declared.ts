import type { GitLabClient } from "../gitlab/request/client";
import type { Level } from "../gitlab/request/paths";
import { sameContainer, sameSpelling } from "./containers";

/** Names an object on a server independently of its resource in the program. */
export interface ObjectName {
  /** The resource class. */
  kind: string;
  baseUrl: string;
  level: Level;
  /** Project or group as spelled in the program. */
  spelling: string;
  /** What names the object in its container. */
  name: string;
}

/** An object by the numbers that GitLab gave it or its parts, unique for their kind on one GitLab. */
export interface ServerIdentity {
  kind: string;
  baseUrl: string;
  numbers: readonly string[];
  /** Distinguishes objects that have the same number on two GitLabs, as far as GitLab says when it made them. */
  createdAt?: number;
  /**
   * The page of its project or group. GitLab makes it from the address it is configured with, whichever address was asked, so
   * it tells two GitLabs apart that give the same numbers. Undefined where it cannot be seen.
   */
  home?: () => Promise<string | undefined>;
}

/** What this operation knows about one spelling of one name. */
interface Known {
  readonly object: ObjectName;
  /** `check` saw it in the program. */
  declared: boolean;
  /** A create of it was tried, or a resource that has it stays as it is. */
  touched: boolean;
  /** A resource has it: its create is under way or has succeeded, or it stays as it is. */
  claimed: boolean;
  /** Its claim is that of a create. */
  making: boolean;
  /** A resource of the program had it in the last operation. */
  before: boolean;
}

/**
 * The objects declared in this operation. A rename without an alias, `--replace` and a respelled project make the engine
 * create (adopt) an object first and delete *the same object* afterwards; a delete of something declared must only forget.
 * One provider process serves one operation, so the memory of the process is the memory of the operation.
 *
 * Being declared is not enough: with `deleteBeforeReplace` the engine deletes what it is about to make again. So nothing is
 * kept from deletion before a resource of this operation has made it, tried to, or kept it.
 */
export class DeclaredObjects {
  readonly #names = new Map<string, Known[]>();
  readonly #madeHere: ServerIdentity[] = [];
  readonly #madeNumbers = new Set<string>();
  readonly #keptNumbers = new Set<string>();

  /** `check` saw it in the program. */
  declare(object: ObjectName): void {
    this.#known(object).declared = true;
  }

  /** A resource of the program had it in the last operation: if it is deleted now, then as half of a replacement. */
  hadBefore(object: ObjectName): void {
    this.#known(object).before = true;
  }

  /**
   * A resource keeps it. Refresh compares too, before any program says what is declared: that alone keeps nothing, or
   * `destroy --refresh` would delete nothing. False where a create of another resource has it already: the engine compares
   * one while it makes others.
   */
  keep(object: ObjectName, identity: ServerIdentity): boolean {
    const known = this.#known(object);
    if (!known.declared) return true;
    if (known.making) return false;
    known.touched = true;
    known.claimed = true;
    this.keepNumbers(identity);
    return true;
  }

  keepNumbers({ kind, baseUrl, numbers }: ServerIdentity): void {
    for (const number of numbers) this.#keptNumbers.add(numberKey(kind, baseUrl, number));
  }

  /** Whether a resource keeps it: without a name to go by, whoever is to delete it is another one, such as its twin by `pulumi import`. */
  keepsNumbers({ kind, baseUrl, numbers }: ServerIdentity): boolean {
    return numbers.some((number) => this.#keptNumbers.has(numberKey(kind, baseUrl, number)));
  }

  /** A create begins. False where another resource of this operation makes, has made or keeps the same. */
  claim(object: ObjectName): boolean {
    const known = this.#known(object);
    if (known.claimed) return false;
    known.claimed = true;
    known.making = true;
    known.touched = true;
    return true;
  }

  /** A create failed without making anything. */
  unclaim(object: ObjectName): void {
    Object.assign(this.#known(object), { claimed: false, making: false });
  }

  made(identity: ServerIdentity): void {
    this.#madeHere.push(identity);
    this.#noteNumbers(identity);
  }

  /** Another process has made it. At another address it only counts where it can be told apart from what has the same numbers there. */
  madeByAnother(identity: ServerIdentity, page: string | undefined): void {
    if (page !== undefined) this.#madeHere.push({ ...identity, home: async () => page });
    this.#noteNumbers(identity);
  }

  #noteNumbers({ kind, baseUrl, numbers }: ServerIdentity): void {
    for (const number of numbers) this.#madeNumbers.add(numberKey(kind, baseUrl, number));
  }

  /** Whether a resource of this operation has made, taken over or kept an object with one of these numbers. */
  holds(identity: ServerIdentity): boolean {
    return this.hasMade(identity) || this.keepsNumbers(identity);
  }

  hasMade({ kind, baseUrl, numbers }: ServerIdentity): boolean {
    return numbers.some((number) => this.#madeNumbers.has(numberKey(kind, baseUrl, number)));
  }

  wasBefore(object: ObjectName): boolean {
    return this.#known(object).before;
  }

  /** Looks a spelling up only where the same name is declared under another one. */
  async keepsName(object: ObjectName, client: () => GitLabClient): Promise<boolean> {
    const all = (this.#names.get(keyOf(object)) ?? []).filter(({ declared, touched }) => declared && touched);
    if (all.some((known) => sameSpelling(known.object.spelling, object.spelling))) return true;
    for (const { object: other } of all) {
      if (await sameContainer(client(), object.level, other.spelling, object.spelling)) return true;
    }
    return false;
  }

  /** Whether something of that kind was made or taken over at another address, which may lead to the same GitLab. */
  mayBeElsewhere({ kind, baseUrl }: { kind: string; baseUrl: string }): boolean {
    return this.#madeHere.some((made) => made.kind === kind && made.baseUrl !== baseUrl);
  }

  /** Whether an object that was just looked at is one that was made or taken over at another address. In doubt it is. */
  async isElsewhere(seen: ServerIdentity): Promise<boolean> {
    const twins = this.#madeHere.filter(
      (made) =>
        made.kind === seen.kind &&
        made.baseUrl !== seen.baseUrl &&
        made.createdAt === seen.createdAt &&
        made.numbers.length > 0 &&
        sorted(made.numbers) === sorted(seen.numbers),
    );
    if (twins.length === 0) return false;
    const [here, ...there] = await Promise.all([seen, ...twins].map(async ({ home }) => home?.()));
    return here === undefined || there.some((page) => page === undefined || page === here);
  }

  #known(object: ObjectName): Known {
    const key = keyOf(object);
    const all = this.#names.get(key) ?? [];
    const found = all.find((known) => sameSpelling(known.object.spelling, object.spelling));
    if (found !== undefined) return found;
    const known = { object, declared: false, touched: false, claimed: false, making: false, before: false };
    this.#names.set(key, [...all, known]);
    return known;
  }
}

function keyOf(object: ObjectName): string {
  return JSON.stringify([object.kind, object.baseUrl, object.name]);
}

function numberKey(kind: string, baseUrl: string, number: string): string {
  return JSON.stringify([kind, baseUrl, number]);
}

function sorted(numbers: readonly string[]): string {
  return JSON.stringify([...numbers].sort());
}
