import * as pulumi from "@pulumi/pulumi";

import type { Props } from "../../fields/check";
import { actionCalls, type Actions } from "../../functions/actions";
import { type DataFunctions, invokes } from "../../functions/invokes";
import { refusePlainToken } from "../kind";
import { inProgram, outputOf, type OutputForm } from "../program";
import { preflight } from "./preflight";
import { PACKAGE } from "./registration";

/** Data functions as the provider answers them: with its own connection, or with that of the provider among the options. */

/** With options, such as `provider`, behind the arguments. */
type Invoked<F> = F extends (args: infer A) => infer R
  ? F & ((args: A, opts: pulumi.InvokeOptions) => R)
  : never;

export type Data<N extends keyof DataFunctions> = Invoked<DataFunctions[N]>;
export type Output<N extends keyof DataFunctions> = OutputForm<N, [opts?: pulumi.InvokeOptions]>;

/** Lists arrive in an object, under a name that other languages know them by. */
function unpacked(name: string, answer: Props): unknown {
  const list = invokes[name]?.list;
  return list === undefined ? answer : answer[list];
}

async function ask(name: string, args: pulumi.Inputs, opts?: pulumi.InvokeOptions): Promise<unknown> {
  before();
  try {
    return unpacked(name, (await pulumi.runtime.invoke(`${PACKAGE}:index:${name}`, args, opts)) as Props);
  } catch (error) {
    throw forPeople(error);
  }
}

export function data<N extends keyof DataFunctions>(name: N): Data<N> {
  const run = (args: pulumi.Inputs, opts?: pulumi.InvokeOptions) => ask(name, args, opts);
  return run as unknown as Data<N>;
}

/** Not the SDK's `invokeOutput`: that prints what went wrong with a stack of its own. */
export function output<N extends keyof DataFunctions>(name: N): Output<N> {
  return (args, opts) => {
    before();
    return outputOf(name, args, (known) => ask(name, known, opts));
  };
}

/** What is wrong was said by the provider, and is the user's to read: the SDK prints the message alone where there is no stack. */
function forPeople(error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { stack: "", __pulumiRunError: true }) : error;
}

function before(): void {
  preflight();
  refusePlainToken(PACKAGE);
}

/** Actions send their requests from the program, with the settings that the provider has by default. */
export function action<N extends keyof Actions>(name: N): Actions[N] {
  return inProgram<Actions, N>(actionCalls, name, PACKAGE);
}
