import { Status } from "@grpc/grpc-js/build/src/constants";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import type { Answer, Method } from "../../provider/plugin/methods";

/** What each call gets, from what it asks: everything stays as it was declared. */
const ANSWERS: Partial<Record<Method, (request: Buffer) => { serializeBinary(): Uint8Array }>> = {
  handshake: () => new rpc.ProviderHandshakeResponse(),
  getPluginInfo: () => {
    const info = new PluginInfo();
    info.setVersion("0.0.0");
    return info;
  },
  checkConfig: (request) => checked(rpc.CheckRequest.deserializeBinary(request)),
  diffConfig: () => new rpc.DiffResponse(),
  configure: () => {
    const response = new rpc.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  },
  check: (request) => checked(rpc.CheckRequest.deserializeBinary(request)),
  diff: (request) => {
    const asked = rpc.DiffRequest.deserializeBinary(request);
    const [olds, news] = [asked.getOldInputs(), asked.getNews()].map((each) => each?.serializeBinary() ?? []);
    const response = new rpc.DiffResponse();
    const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
    response.setChanges(Buffer.from(olds ?? []).equals(Buffer.from(news ?? [])) ? DIFF_NONE : DIFF_SOME);
    return response;
  },
  create: (request) => {
    const response = new rpc.CreateResponse();
    const asked = rpc.CreateRequest.deserializeBinary(request);
    response.setId("acme/nothing:1");
    response.setProperties(asked.getProperties());
    return response;
  },
  read: (request) => {
    const asked = rpc.ReadRequest.deserializeBinary(request);
    const response = new rpc.ReadResponse();
    response.setId(asked.getId());
    response.setProperties(asked.getProperties());
    response.setInputs(asked.getInputs());
    return response;
  },
  update: (request) => {
    const response = new rpc.UpdateResponse();
    response.setProperties(rpc.UpdateRequest.deserializeBinary(request).getNews());
    return response;
  },
  delete: () => new Empty(),
  cancel: () => new Empty(),
};

function checked(asked: rpc.CheckRequest): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(asked.getNews());
  return response;
}

/**
 * In the place of `provider/plugin/server.ts`: the native provider with nothing behind it. No operation through a provider in Node.js
 * that speaks with the engine by these libraries takes less time.
 */
export function answering(): Answer {
  return (method, request) => {
    const answer = ANSWERS[method]?.(request).serializeBinary();
    return Promise.resolve(
      answer
        ? Buffer.from(answer)
        : { code: Status.UNIMPLEMENTED, details: `does nothing, not even ${method}` },
    );
  };
}
