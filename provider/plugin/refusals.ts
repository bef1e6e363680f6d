import { Status as Code } from "@grpc/grpc-js/build/src/constants";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import { isGitLabError } from "../gitlab/answer/errors";
import { PartialFailure } from "../lifecycle/errors";
import type { Refused } from "./methods";
import { toStruct } from "./values";

/**
 * An error as the engine reads it: its text is what people see. `UNKNOWN` says that nobody knows how the operation ended, any other
 * code that nothing was done; the state is the same. An object comes into it only with a partial failure.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/provider_plugin.go (`resourceStateAndError`)
 */
export function refusedBy(error: unknown): Refused {
  if (error instanceof PartialFailure) return partial(error);
  if (!(error instanceof Error)) return { code: Code.UNKNOWN, details: String(error) };
  // A stack of ours is empty; any other is a fault in this package and worth seeing whole.
  if (error.stack) return { code: Code.UNKNOWN, details: error.stack };
  const certain = !isGitLabError(error) || error.applied === "no";
  return {
    code: certain ? Code.FAILED_PRECONDITION : Code.UNKNOWN,
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
  status.setCode(Code.UNKNOWN);
  status.setMessage(message);
  status.addDetails(detail);
  return { code: Code.UNKNOWN, details: message, status: status.serializeBinary() };
}
