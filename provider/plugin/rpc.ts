import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import { isGitLabError } from "../gitlab/answer/errors";
import { PartialFailure } from "../lifecycle/errors";
import { toStruct } from "./values";

export const channelOptions = {
  // As large as the engine's own: 400 MB.
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
  // A book about every call, for a service that nobody asks.
  "grpc.enable_channelz": 0,
};

type Refused = Partial<grpc.StatusObject>;

/** The ends of all calls that go on. */
const open = new Set<(status: Refused) => void>();

/** Turns an async function into a gRPC handler. */
export function handler<Request, Response>(
  respond: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const fail = (status: Refused): void => {
      if (open.delete(fail)) callback(status);
    };
    open.add(fail);
    Promise.resolve()
      .then(() => respond(call.request))
      .then(
        (response) => {
          if (open.delete(fail)) callback(null, response);
        },
        (error: unknown) => fail(statusOf(error)),
      );
  };
}

/** Ends every call that goes on, before the process does: else people read of each only that its connection was lost. */
export function endCalls(details: string): void {
  for (const fail of [...open]) fail({ code: grpc.status.UNKNOWN, details });
}

/** What this provider does not offer, by name. */
export function unimplemented(what: string): grpc.handleUnaryCall<unknown, never> {
  return (_call, callback) => callback({ code: grpc.status.UNIMPLEMENTED, details: what });
}

/**
 * An error as the engine reads it: its text is what people see. `UNKNOWN` says that nobody knows how the operation ended, any other
 * code that nothing was done; the state is the same. An object comes into it only with a partial failure.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/provider_plugin.go (`resourceStateAndError`)
 */
function statusOf(error: unknown): Refused {
  if (error instanceof PartialFailure) return partial(error);
  if (!(error instanceof Error)) return { code: grpc.status.UNKNOWN, details: String(error) };
  // A stack of ours is empty; any other is a fault in this package and worth seeing whole.
  if (error.stack) return { code: grpc.status.UNKNOWN, details: error.stack };
  const certain = !isGitLabError(error) || error.applied === "no";
  return {
    code: certain ? grpc.status.FAILED_PRECONDITION : grpc.status.UNKNOWN,
    details: error.message,
  };
}

/** The object exists, but is not what was declared: the engine keeps it in state. */
function partial({ id, properties, reasons, message }: PartialFailure): Refused {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id);
  failed.setProperties(toStruct(properties));
  failed.setReasonsList(reasons);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
