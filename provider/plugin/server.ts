import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Status } from "@grpc/grpc-js/build/src/constants";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { Message } from "google-protobuf";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { endWaits } from "../gitlab/request/interruption";
import { beginOperation, takeOverFromElsewhere } from "../lifecycle/guard";
import { siblings } from "../lifecycle/siblings";
import { diffResponse, failuresOf } from "./answers";
import { checkConfig, diffConfig } from "./configuration";
import { detailedDiff } from "./detailedDiff";
import type { EngineLog } from "./engineLog";
import { invoked } from "./invoke";
import type { Answer, Method } from "./methods";
import { refusedBy } from "./refusals";
import { resourceCalls } from "./resourceCalls";
import { resourcesOf } from "./resources";
import type { RequestOf, Responders } from "./responders";
import { isDefault, PACKAGE, ProviderSettings } from "./settings";
import { fromStruct, toStruct } from "./values";

/** Put in by the bundler. */
declare const PLUGIN_VERSION: string;

/** What nobody is told more than this; the bundle has not even the messages for it (`test/tools/bundlePlugin.mjs`). */
const LACKING = {
  parameterize: "takes no parameters",
  call: "has no methods",
  construct: "has no components",
  list: "does not list resources",
  getMapping: "has no mapping",
  getMappings: "has no mappings",
} as const;

type Lacking = keyof typeof LACKING;

const isLacking = (method: Method): method is Lacking => method in LACKING;

type Answered = Exclude<Method, Lacking>;

/** What each call asks, to be read from the wire. */
const REQUESTS: { readonly [M in Answered]: { deserializeBinary(bytes: Uint8Array): RequestOf<M> } } = {
  handshake: rpc.ProviderHandshakeRequest,
  attach: PluginAttach,
  getPluginInfo: Empty,
  getSchema: rpc.GetSchemaRequest,
  checkConfig: rpc.CheckRequest,
  diffConfig: rpc.DiffRequest,
  configure: rpc.ConfigureRequest,
  check: rpc.CheckRequest,
  diff: rpc.DiffRequest,
  create: rpc.CreateRequest,
  read: rpc.ReadRequest,
  update: rpc.UpdateRequest,
  delete: rpc.DeleteRequest,
  invoke: rpc.InvokeRequest,
  cancel: Empty,
};

/** Answers each call of the engine's. */
export function answering(log: EngineLog): Answer {
  const responders = respondersOf(log);
  return async (method, request) => {
    if (isLacking(method)) return { code: Status.UNIMPLEMENTED, details: `gitlab-cd ${LACKING[method]}` };
    const respond = responders[method] as (request: Message) => Promise<Message> | Message;
    try {
      return Buffer.from((await respond(REQUESTS[method].deserializeBinary(request))).serializeBinary());
    } catch (error) {
      return refusedBy(error);
    }
  };
}

function respondersOf(log: EngineLog): Pick<Responders, Answered> {
  const settings = new ProviderSettings(process.env, (text) => log.warn(text));
  const door = {
    get config() {
      return settings.config;
    },
    get env() {
      return settings.env;
    },
    warn: (line: string) => log.warn(line),
    say: (line: string) => log.say(line),
  };
  return {
    ...introductions(log),
    ...configuration(settings),
    ...resourceCalls(resourcesOf(door), log),

    invoke: (request) => log.during("", () => invoked(request.getTok(), fromStruct(request.getArgs()), door)),

    // Also at the normal end of every operation, when nothing waits any more.
    cancel: () => {
      endWaits();
      return new Empty();
    },
  };
}

/** Who is who. */
function introductions(
  log: EngineLog,
): Pick<Responders, "handshake" | "attach" | "getPluginInfo" | "getSchema"> {
  return {
    handshake: (request) => {
      log.connect(request.getEngineAddress());
      siblings.join(request.getEngineAddress());
      const response = new rpc.ProviderHandshakeResponse();
      // Values come in clear, and the engine marks outputs of the same names as secret again.
      response.setAcceptSecrets(false);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    },

    attach: (request) => {
      log.connect(request.getAddress());
      return new Empty();
    },

    getPluginInfo: () => {
      const info = new PluginInfo();
      info.setVersion(PLUGIN_VERSION);
      return info;
    },

    getSchema: () => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema(readFileSync(join(__dirname, "schema.json"), "utf8"));
      return response;
    },
  };
}

/** The settings of the provider. */
function configuration(
  settings: ProviderSettings,
): Pick<Responders, "checkConfig" | "diffConfig" | "configure"> {
  return {
    checkConfig: (request) => {
      const name = nameOf(request);
      const { inputs, failures } = checkConfig(fromStruct(request.getNews()), (args) =>
        settings.placeOf(args, name),
      );
      const response = new rpc.CheckResponse();
      response.setInputs(toStruct(inputs));
      const where = isDefault(name) ? `${PACKAGE}:` : "";
      response.setFailuresList(
        failuresOf(failures.map(({ property, reason }) => ({ property: where + property, reason }))),
      );
      return response;
    },

    diffConfig: (request) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      const name = nameOf(request);
      const difference = diffConfig(olds, news, (args) => settings.placeOf(args, name));
      if (difference.replaces.length > 0) takeOverFromElsewhere();
      return diffResponse(difference, difference.changed.length > 0, detailedDiff(difference, olds, news));
    },

    configure: (request) => {
      beginOperation();
      settings.configure(fromStruct(request.getArgs()), request.getName());
      const response = new rpc.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      return response;
    },
  };
}

/** The name of a provider in the program. */
function nameOf(request: { getName(): string; getUrn(): string }): string | undefined {
  return request.getName() || request.getUrn().split("::").at(-1);
}
