import type { handleUnaryCall } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";

import type { Method } from "./methods";

type Responder<Handler> =
  Handler extends handleUnaryCall<infer Request, infer Response>
    ? (request: Request) => Promise<Response> | Response
    : never;

/** What answers each call. */
export type Responders = { readonly [M in Method]: Responder<IResourceProviderServer[M]> };

export type RequestOf<M extends Method> = Parameters<Responders[M]>[0];
