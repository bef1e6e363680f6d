import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";

import type { Method } from "./methods";

type Responder<Handler> =
  Handler extends handleUnaryCall<infer Request, infer Response>
    ? (request: Request) => Promise<Response> | Response
    : Handler extends handleServerStreamingCall<infer Request, unknown>
      ? (request: Request) => never
      : never;

/** What answers each call. */
export type Responders = { readonly [M in Method]: Responder<IResourceProviderServer[M]> };
