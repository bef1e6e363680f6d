import * as pulumi from "@pulumi/pulumi";

import type { Props } from "../fields/check";
import { answerOf, type Caller, type CallsOf } from "../functions/call";
import { refusePlainToken } from "./kind";

/** Functions that send their requests from the program itself. */

/** With `only`, settings are read from that namespace of the configuration and from no other. */
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

/** The function of that name. */
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
