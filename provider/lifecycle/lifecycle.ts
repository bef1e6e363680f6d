import type { Level } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import type { Failure } from "../fields/schema";
import type { Context } from "./context";

/** What a delete is part of. */
export interface Removal {
  /** Half of a replacement: the resource stays in the program, with another object, or with the same one made anew. */
  replaced: boolean;
}

/** `environment`, and the argument that holds its name or number. */
export interface Called {
  readonly what: string;
  readonly argument: string;
}

/** What a resource file says about its object; the engine's calls are derived from it by `dynamicProvider`. */
export interface Lifecycle {
  /** The class name. */
  kind: string;
  fields: Table;
  /** The container field and the field that names the object in it; absent where two of them never are the same object. */
  named?: { container: Level; name: string };
  /**
   * GitLab's own numbers of the object, or of its parts, unique for their kind on one GitLab whatever the container is
   * called: who has one of them is the same object. Absent where nothing is ever deleted.
   */
  numbers?(id: string, outs: Props): (string | number)[];
  /** How errors name the object beside an id of numbers; the first whose argument is there. */
  called?: readonly Called[];
  /**
   * Whether the object that the state knows, by these numbers, is there under the new spelling of its project or group; asked
   * where the old spelling is dead or leads elsewhere. Absent where nothing of the resource lives on the server.
   */
  isThere?(context: Context, id: string, olds: Props, news: Props): Promise<boolean>;
  /** Rules between fields, and what can be computed into the inputs; both must let unknowns pass. */
  complete?(inputs: Props, olds: Props): Failure[];
  /** What the last operation declared, from old outputs; without it what the table says. */
  declared?(olds: Props): Props;
  /** What a change means, in one line for people that starts with the label. Shown in preview, in `up`, and in refresh for drift. */
  describe?(label: string, olds: Props, news: Props): string | undefined;
  /** What becomes of the object that a replacement leaves behind, where that is not plain; starts with the id. Shown in preview and `up`. */
  describeReplacement?(id: string, olds: Props): string | undefined;
  /** Refusals that depend on the old state, thrown in preview. Only asked about an object that stays the same one. */
  refuse?(olds: Props, news: Props, changed: string[]): void;
  /** Whether the state says that something is left to do although nothing changed in the declaration. */
  unfinished?(olds: Props): boolean;
  /** Hears of each object that the state holds before anything is created; the process lives as long as the operation. */
  hearOf?(id: string, baseUrl: string): void;
  create(context: Context, inputs: Props): Promise<{ id: string; outs: Props }>;
  /** Resolves to undefined when the object is certainly gone. */
  read(context: Context, id: string, props: Props): Promise<{ outs: Props; inputs: Props } | undefined>;
  update(context: Context, id: string, olds: Props, news: Props, changed: string[]): Promise<Props>;
  delete(context: Context, id: string, props: Props, removal: Removal): Promise<void>;
}
