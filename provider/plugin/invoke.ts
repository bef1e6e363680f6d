import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import type { Props } from "../fields/check";
import type { Source } from "../gitlab/connection/clients";
import { UserError } from "../lifecycle/errors";
import { PACKAGE } from "./settings";

/** A data function, by its name. */
export async function invoked(token: string, _args: Props, _source: Source): Promise<rpc.InvokeResponse> {
  throw new UserError(`${token} is not a function of ${PACKAGE}.`);
}
