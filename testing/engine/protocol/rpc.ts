import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { toState, toWire } from "../values/numbers";
import type { Props } from "../values/values";

// The gRPC library and protobuf runtime that the stubs in @pulumi/pulumi use, wherever a package manager has put them.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
export const grpc = fromSdk("@grpc/grpc-js") as typeof grpcTypes;
const { Struct: StructClass } = fromSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  Struct: typeof Struct;
};
const { Empty: EmptyClass } = fromSdk("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: typeof Empty;
};

/** Messages may be as large as the real engine's: 400 MB. */
export const channelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

export const empty = (): Empty => new EmptyClass();
// The protobuf typings know only plain JSON objects; a property map is one.
export const toStruct = (props: Props): Struct => StructClass.fromJavaScript(toWire(props));
export const fromStruct = (struct: Struct | undefined): Props => toState(struct?.toJavaScript() ?? {});

/** An answer that the SDK knows how to read: it shows `details` to the user. */
export const rpcError = (
  details: string,
  code: grpcTypes.status = grpc.status.UNKNOWN,
): Partial<grpcTypes.StatusObject> => ({ code, details });

/** Turns an async function into a gRPC handler. */
export function handle<Request, Response>(
  respond: (request: Request) => Promise<Response> | Response,
): grpcTypes.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => respond(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(asStatus(error)),
      );
  };
}

function asStatus(error: unknown): Partial<grpcTypes.StatusObject> {
  if (error instanceof Error) return rpcError(error.message);
  return error as Partial<grpcTypes.StatusObject>;
}

/** Serves on a free port of the loopback interface. */
export async function listen(
  add: (server: grpcTypes.Server) => void,
): Promise<{ address: string; close: () => void }> {
  const server = new grpc.Server(channelOptions);
  add(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
