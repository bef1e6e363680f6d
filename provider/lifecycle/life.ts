import type { Table } from "../fields/field";
import type { InputsOf, StateOf } from "../fields/types";
import type { Context } from "./context";
import type { Lifecycle, Removal } from "./lifecycle";

/** What the life cycle of a resource with this table gets and answers. */
export type LifeOf<T extends Table> = Omit<Lifecycle, "fields" | "create" | "read" | "update" | "delete"> & {
  fields: T;
  create(context: Context, inputs: InputsOf<T>): Promise<{ id: string; outs: StateOf<T> }>;
  /** Of a `get`, the state holds nothing but the connection. */
  read(
    context: Context,
    id: string,
    props: Partial<StateOf<T>>,
  ): Promise<{ outs: StateOf<T>; inputs: Partial<InputsOf<T>> } | undefined>;
  update(
    context: Context,
    id: string,
    olds: StateOf<T>,
    news: InputsOf<T>,
    changed: string[],
  ): Promise<StateOf<T>>;
  delete(context: Context, id: string, props: StateOf<T>, removal: Removal): Promise<void>;
};
