// Only what a server needs of gRPC: the rest of it is as much again, and the port is printed when all of this has run.
import { Status } from "@grpc/grpc-js/build/src/constants";
import type { ServiceDefinition } from "@grpc/grpc-js/build/src/make-client";
import { Metadata } from "@grpc/grpc-js/build/src/metadata";
import { setup as setUpIpAddresses } from "@grpc/grpc-js/build/src/resolver-ip";
import { Server } from "@grpc/grpc-js/build/src/server";
import type { handleUnaryCall } from "@grpc/grpc-js/build/src/server-call";
import { ServerCredentials } from "@grpc/grpc-js/build/src/server-credentials";

import { channelOptions } from "./channelOptions";
import { METHODS, type Answer, type Method, type Refused } from "./methods";

type Handler = handleUnaryCall<Buffer, Buffer>;
type End = (answer: Buffer | Refused) => void;

/** The ends of all calls that go on. */
const open = new Set<End>();

/** Listens on the loopback address, and hands each call on as it came. */
export function listen(answer: Answer, listening: (port: number) => void): Server {
  setUpIpAddresses();
  const server = new Server(channelOptions);
  server.addService(
    Object.fromEntries(METHODS.map((method) => [method, definitionOf(method)])),
    Object.fromEntries(METHODS.map((method) => [method, handler(method, answer)])),
  );
  server.bindAsync("ipv4:127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    listening(port);
  });
  return server;
}

/** Nobody looks into the messages here. */
const asItIs = (message: Buffer): Buffer => message;

function definitionOf(method: Method): ServiceDefinition[string] {
  return {
    path: `/pulumirpc.ResourceProvider/${method.charAt(0).toUpperCase()}${method.slice(1)}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  };
}

function handler(method: Method, answer: Answer): Handler {
  return ({ request }, callback) => {
    const end: End = (answered) => {
      if (!open.delete(end)) return;
      if (Buffer.isBuffer(answered)) callback(null, answered);
      else callback({ ...answered, metadata: metadataOf(answered) });
    };
    open.add(end);
    void answer(method, request).then(end);
  };
}

function metadataOf({ status }: Refused): Metadata {
  const metadata = new Metadata();
  if (status !== undefined) metadata.set("grpc-status-details-bin", Buffer.from(status));
  return metadata;
}

/** Ends every call that goes on, before the process does: else people read of each only that its connection was lost. */
export function endCalls(details: string): void {
  for (const end of [...open]) end({ code: Status.UNKNOWN, details });
}
