import type { Table } from "../fields/field";
import type { InputsOf, StateOf } from "../fields/types";
import type { Context } from "./context";
import type { Lifecycle, Removal } from "./lifecycle";

/** A life cycle that knows the types of what it gets and answers. */
export type LifeWith<Inputs, State, T extends Table> = Omit<
  Lifecycle,
  "fields" | "create" | "read" | "update" | "delete"
> & {
  fields: T;
  create(context: Context, inputs: Inputs): Promise<{ id: string; outs: State }>;
  /** Of a `get`, the state holds nothing but the connection. */
  read(
    context: Context,
    id: string,
    props: Partial<State>,
  ): Promise<{ outs: State; inputs: Partial<Inputs> } | undefined>;
  update(context: Context, id: string, olds: State, news: Inputs, changed: string[]): Promise<State>;
  delete(context: Context, id: string, props: State, removal: Removal): Promise<void>;
};

/** The life cycle of a resource with this table. */
export type LifeOf<T extends Table> = LifeWith<InputsOf<T>, StateOf<T>, T>;
