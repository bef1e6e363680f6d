/** What the engine may call, all of it: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */
export const METHODS = [
  "handshake",
  "attach",
  "getPluginInfo",
  "getSchema",
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
  "invoke",
  "cancel",
  "parameterize",
  "call",
  "construct",
  "list",
  "getMapping",
  "getMappings",
] as const;

export type Method = (typeof METHODS)[number];

/** A call that was refused, as gRPC says it. */
export interface Refused {
  readonly code: number;
  readonly details: string;
  /** A status in the form of Google's `rpc.Status`, where there is more to say. */
  readonly status?: Uint8Array;
}

/** Answers a call; the messages are as they come over the line and go. Never rejects for what a call led to. */
export type Answer = (method: Method, request: Buffer) => Promise<Buffer | Refused>;
