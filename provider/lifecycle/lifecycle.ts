import type { Level } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import type { Failure } from "../fields/schema";
import type { InputsOf, StateOf } from "../fields/types";
import type { Context } from "./context";

export interface Removal {
  /** Half of a replacement: the resource stays in the program, with another object, or with the same one made anew. */
  replaced: boolean;
}

/** `environment`, and the argument that holds its name or number. */
export interface Called {
  readonly what: string;
  readonly argument: string;
}

/**
 * What a resource file says about its object; the engine's calls are derived from it by `Operations`. What is handed to all
 * but `create`, `read`, `update` and `delete` may hold unknowns, so that no types are promised there.
 */
export interface Lifecycle<Inputs = Props, State = Props, T extends Table = Table> {
  /** The class name. */
  kind: string;
  fields: T;
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
  create(context: Context, inputs: Inputs): Promise<{ id: string; outs: State }>;
  /** Resolves to undefined when the object is certainly gone. Of a `get`, the state holds nothing but the connection. */
  read(
    context: Context,
    id: string,
    props: Partial<State>,
  ): Promise<{ outs: State; inputs: Partial<Inputs> } | undefined>;
  update(context: Context, id: string, olds: State, news: Inputs, changed: string[]): Promise<State>;
  delete(context: Context, id: string, props: State, removal: Removal): Promise<void>;
}

/** The life cycle of a resource with this table, which knows the types of what it gets and answers. */
export type LifeOf<T extends Table> = Lifecycle<InputsOf<T>, StateOf<T>, T>;
