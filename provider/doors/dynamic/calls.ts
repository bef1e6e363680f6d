import { actionCalls, type Actions } from "../../functions/actions";
import { dataCalls, type DataFunctions } from "../../functions/invokes";
import { inProgram, outputOf, type OutputForm } from "../program";

/** Data functions and actions as they run in a program. */

export type Data<N extends keyof DataFunctions> = DataFunctions[N];
export type Output<N extends keyof DataFunctions> = OutputForm<N>;

export function data<N extends keyof DataFunctions>(name: N): Data<N> {
  return inProgram<DataFunctions, N>(dataCalls, name);
}

export function output<N extends keyof DataFunctions>(name: N): Output<N> {
  const ask = data(name) as (args: object) => Promise<unknown>;
  return (args) => outputOf(name, args, ask);
}

export function action<N extends keyof Actions>(name: N): Actions[N] {
  return inProgram<Actions, N>(actionCalls, name);
}
