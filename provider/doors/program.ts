import * as pulumi from "@pulumi/pulumi";

import type { Props } from "../fields/check";
import { answerOf, type Caller, type CallsOf } from "../functions/call";
import { type DataFunctions, invokes } from "../functions/invokes";
import { refusePlainToken } from "./kind";

/** What the data functions and actions of both doors have in common. */

/** Who asks from the program itself. With `only`, settings are read from that namespace of the configuration and from no other. */
function program(only?: string): Caller {
  const seen = (namespace: string) => only === undefined || namespace === only;
  return {
    config: {
      ...(only === undefined ? {} : { only }),
      // Unlike `pulumi.Config.get` it does not warn about secrets.
      get: (namespace, key) =>
        seen(namespace) ? pulumi.runtime.getConfig(`${namespace}:${key}`) : undefined,
    },
    env: process.env,
  };
}

/** The function of that name, which sends its requests from the program itself. */
export function inProgram<F, N extends keyof F & string>(calls: CallsOf<F>, name: N, only?: string): F[N] {
  const run = async (args: Props): Promise<unknown> => {
    const connection = args["connection"] ?? only ?? "gitlab";
    if (typeof connection === "string") refusePlainToken(connection);
    return answerOf(name, calls[name], args, program(only));
  };
  return run as F[N];
}

/** The arguments of an `…Output` form: every one may be an output of something else. */
export type OutputArgs<A> = { [K in keyof A]: pulumi.Input<A[K]> };

/** The `…Output` form of a data function, and what else it takes. */
export type OutputForm<N extends keyof DataFunctions, More extends unknown[] = []> = (
  args: OutputArgs<Parameters<DataFunctions[N]>[0]>,
  ...more: More
) => pulumi.Output<Awaited<ReturnType<DataFunctions[N]>>>;

/**
 * What an `…Output` form answers: it waits for its arguments, and depends on the resources they come from. While one is unknown (in
 * a preview) so is the result and nothing is asked; where one is secret so is the result.
 */
export function outputOf<N extends keyof DataFunctions>(
  name: N,
  args: Parameters<OutputForm<N>>[0],
  ask: (known: pulumi.Inputs) => Promise<unknown>,
): ReturnType<OutputForm<N>> {
  const value = pulumi.output(args as pulumi.Inputs).apply((known) => ask(known as pulumi.Inputs));
  return (invokes[name]?.secret ? pulumi.secret(value) : value) as ReturnType<OutputForm<N>>;
}
