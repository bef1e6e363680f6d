import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** An object that a process of this operation has made or taken over. */
export interface Told {
  readonly kind: string;
  readonly baseUrl: string;
  readonly numbers: readonly string[];
  readonly createdAt?: number;
  /** The page of its project or group, where it was looked up. */
  readonly page?: string;
}

/** Among whom numbers of processes are unique: containers may share a folder without sharing those. */
export const PROCESSES = processes();

function processes(): string {
  try {
    return (hostname() + readlinkSync("/proc/self/ns/pid")).replaceAll(/\W/g, "-");
  } catch {
    // Not Linux: on all of the machine.
    return "";
  }
}

/** In a folder for all users, somebody else could be the first to make ours: a login has one of its own, where systems have that. */
export function folderForAll({ XDG_RUNTIME_DIR: own }: NodeJS.ProcessEnv): string {
  return own !== undefined && isOwn(own) ? own : tmpdir();
}

/**
 * What the provider processes of one operation tell each other. The engine starts one for each provider of the program, and one for
 * all dynamic resources: where a resource moves from one to another, one takes the object over, and another is asked to delete it.
 * Each writes what it has made into a file of its own, in a folder that nobody else can write to. Where there is no such
 * place, each knows of itself alone.
 */
export class Siblings {
  #engine: string | undefined;
  #file: string | undefined;
  #safe = false;
  readonly #heard = new Map<string, number>();

  constructor(
    private readonly place: string = join(
      folderForAll(process.env),
      `pulumi-gitlab-cd-${process.getuid?.() ?? ""}`,
    ),
  ) {}

  /** The engine's address is the same for all of one operation. Port 0 is the address of none: many may say it at once. */
  join(address: string | undefined): void {
    if (address !== undefined && /^[\w.[\]:-]+:[1-9]\d*$/.test(address))
      this.#engine = address.replaceAll(/\W/g, "-");
  }

  tell(made: Told): void {
    this.#trying(undefined, (engine) => {
      if (!this.#safe) mkdirSync(this.place, { recursive: true, mode: 0o700 });
      if (!this.#isSafe()) return;
      if (this.#file === undefined) {
        for (const name of this.#names())
          if (!this.#counts(name)) rmSync(join(this.place, name), { force: true });
        const file = join(this.place, `${engine}.${PROCESSES}.${process.pid}`);
        process.once("exit", () => rmSync(file, { force: true }));
        this.#file = file;
      }
      appendFileSync(this.#file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    });
  }

  /** What the others have told since they were last heard. Those of another operation are dead before this one begins, or have another engine. */
  heard(): Told[] {
    return this.#trying([], (engine) => {
      if (!this.#isSafe()) return [];
      const others = this.#names().filter(
        (name) => name.startsWith(`${engine}.`) && pidIn(name) !== process.pid && this.#counts(name),
      );
      return others.flatMap((name) => {
        const lines = readFileSync(join(this.place, name), "utf8").split("\n").slice(0, -1);
        const news = lines.slice(this.#heard.get(name) ?? 0);
        this.#heard.set(name, lines.length);
        return news.map((line) => JSON.parse(line) as Told);
      });
    });
  }

  /** Looked at once: nobody else can take the place of a folder that is ours, nor write to it. */
  #isSafe(): boolean {
    return (this.#safe ||= isOwn(this.place));
  }

  #names(): string[] {
    return readdirSync(this.place).filter((name) => name.split(".").at(-2) === PROCESSES);
  }

  /** What a process wrote that has died since, as in a crash, is true all the same. Of an earlier operation is what is older than this one. */
  #counts(name: string): boolean {
    if (isAlive(pidIn(name))) return true;
    const seen = statSync(join(this.place, name), { throwIfNoEntry: false });
    return seen !== undefined && seen.mtimeMs >= performance.timeOrigin;
  }

  #trying<T>(without: T, act: (engine: string) => T): T {
    if (this.#engine === undefined) return without;
    try {
      return act(this.#engine);
    } catch {
      // A full or read-only disk, a file that has gone: no reason to fail what this is about. The next looks anew.
      this.#safe = false;
      return without;
    }
  }
}

function isOwn(folder: string): boolean {
  try {
    const seen = lstatSync(folder);
    const isMine = process.getuid === undefined || seen.uid === process.getuid();
    const isClosed = process.platform === "win32" || (seen.mode & 0o022) === 0;
    return seen.isDirectory() && isMine && isClosed;
  } catch {
    return false;
  }
}

function pidIn(name: string): number {
  return Number(name.split(".").at(-1));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Of this process. */
export const siblings = new Siblings();
