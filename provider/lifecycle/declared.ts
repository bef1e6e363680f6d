import type { GitLabClient } from "../gitlab/request/client";
import { type ContainerKind, sameContainer } from "./containers";

/** Names an object on a server independently of its resource in the program. */
export interface ObjectName {
  /** The resource class. */
  kind: string;
  baseUrl: string;
  container: ContainerKind;
  /** Project or group as spelled in the program. */
  spelling: string;
  /** What names the object in its container. */
  name: string;
}

/** An object by the number GitLab gave it, unique for its kind on one GitLab. */
export interface ServerId {
  kind: string;
  baseUrl: string;
  number: number;
}

/**
 * The objects declared in this operation. A rename without an alias, `--replace` and a respelled project make the engine
 * create (adopt) an object first and delete *the same object* afterwards; a delete of something declared must only forget.
 * One provider process serves one operation, so the memory of the process is the memory of the operation.
 */
export class DeclaredObjects {
  private readonly spellings = new Map<string, Set<string>>();
  private readonly ids = new Set<string>();

  declare(object: ObjectName): void {
    const key = keyOf(object);
    const known = this.spellings.get(key) ?? new Set<string>();
    this.spellings.set(key, known.add(object.spelling));
  }

  /** Notes what a create returned, by the id the server gives the object whatever its container is called. */
  made(object: ServerId): void {
    this.ids.add(JSON.stringify(object));
  }

  holdsId(object: ServerId): boolean {
    return this.ids.has(JSON.stringify(object));
  }

  /** Looks a spelling up only where the same name is declared under another one. */
  async holdsName(object: ObjectName, client: () => GitLabClient): Promise<boolean> {
    const known = this.spellings.get(keyOf(object));
    if (known === undefined) return false;
    if (known.has(object.spelling)) return true;
    for (const spelling of known) {
      if (await sameContainer(client(), object.container, spelling, object.spelling)) return true;
    }
    return false;
  }
}

function keyOf(object: ObjectName): string {
  return JSON.stringify([object.kind, object.baseUrl, object.name]);
}
