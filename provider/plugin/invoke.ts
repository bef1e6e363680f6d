import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import type { Props } from "../fields/check";
import { invokes } from "../functions/invokes";
import type { Source } from "../gitlab/connection/clients";
import { asOneOperation } from "../gitlab/request/patience";
import { UserError } from "../lifecycle/errors";
import { tokenOf } from "./settings";
import { secret, toStruct } from "./values";

const byToken = new Map(Object.entries(invokes).map(([name, invoke]) => [tokenOf(name), invoke]));

/** Calls a data function. They only read, so that they answer in previews too. */
export async function invoked(token: string, args: Props, source: Source): Promise<rpc.InvokeResponse> {
  const invoke = byToken.get(token);
  if (invoke === undefined)
    throw new UserError(
      `${token} is not a function of this package; it has ${[...byToken.keys()].join(", ")}.`,
    );
  // Undefined parts would not travel.
  const answer = JSON.parse(JSON.stringify(await asOneOperation(() => invoke.call(args, source)))) as Props;
  const shown = invoke.secret
    ? Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, secret(value)]))
    : answer;
  const response = new rpc.InvokeResponse();
  response.setReturn(toStruct(shown));
  return response;
}
