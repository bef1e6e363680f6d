import type { UntypedHandleCall } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/engine_pb";
import type { EventLog } from "../show/events";
import { empty, handle } from "./rpc";

const severities = {
  [proto.LogSeverity.INFO]: "info",
  [proto.LogSeverity.WARNING]: "warning",
  [proto.LogSeverity.ERROR]: "error",
} as const;

/** What programs and providers log to. */
export function engineHandlers(events: EventLog, muted: () => boolean): Record<string, UntypedHandleCall> {
  let rootUrn = "";
  return {
    log: handle((request: proto.LogRequest) => {
      const severity = request.getSeverity();
      if (severity !== proto.LogSeverity.DEBUG && !muted()) {
        events.diagnostic(severities[severity], request.getMessage(), request.getUrn());
      }
      return empty();
    }),
    getRootResource: handle(() => {
      const response = new proto.GetRootResourceResponse();
      response.setUrn(rootUrn);
      return response;
    }),
    setRootResource: handle((request: proto.SetRootResourceRequest) => {
      rootUrn = request.getUrn();
      return new proto.SetRootResourceResponse();
    }),
    startDebugging: handle(() => empty()),
    requirePulumiVersion: handle(() => new proto.RequirePulumiVersionResponse()),
  };
}

export { EngineService };
