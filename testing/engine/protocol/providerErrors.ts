import { createRequire } from "node:module";
import type { ServiceError } from "@grpc/grpc-js";
import type { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import type { Props } from "../values/values";
import { fromStruct } from "./rpc";

interface Status {
  getDetailsList(): Any[];
}
const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Status } = fromSdk("@pulumi/pulumi/proto/status_pb.js") as {
  Status: { deserializeBinary(bytes: Uint8Array): Status };
};

/** What a provider could say about an object that it made, but that is not ready; any other error is thrown on. */
export function initFailure(error: ServiceError): {
  id: string;
  outputs: Props;
  initErrors: string[];
  inputs?: Props;
} {
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (bytes === undefined || typeof bytes === "string") throw error;
  for (const detail of Status.deserializeBinary(bytes).getDetailsList()) {
    if (!detail.getTypeUrl().endsWith("pulumirpc.ErrorResourceInitFailed")) continue;
    const failed = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
    return {
      id: failed.getId(),
      outputs: fromStruct(failed.getProperties()),
      initErrors: failed.getReasonsList(),
      ...(failed.hasInputs() && { inputs: fromStruct(failed.getInputs()) }),
    };
  }
  throw error;
}

/** The sentence a gRPC error carries, without the code that grpc-js puts in front of it. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) {
    const { details } = error as Partial<ServiceError>;
    return details === undefined || details === "" ? error.message : details;
  }
  return String(error);
}
