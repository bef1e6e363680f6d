import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { endWaits } from "../gitlab/request/interruption";
import { beginOperation, takeOverFromElsewhere } from "../lifecycle/guard";
import { siblings } from "../lifecycle/siblings";
import { diffResponse, failuresOf } from "./answers";
import { checkConfig, diffConfig } from "./configuration";
import { detailedDiff } from "./detailedDiff";
import type { EngineLog } from "./engineLog";
import { invoked } from "./invoke";
import { handler, unimplemented } from "./rpc";
import { resourceCalls } from "./resourceCalls";
import { resourcesOf } from "./resources";
import { isDefault, PACKAGE, type ProviderSettings } from "./settings";
import { fromStruct, toStruct } from "./values";

export interface Serving {
  readonly log: EngineLog;
  readonly settings: ProviderSettings;
  /** The version of the package. */
  readonly version: string;
  /** The package's schema as JSON; throws where it is not there. */
  readonly schema: () => string;
}

type Service = IResourceProviderServer;

/** What the engine may call, all of it: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */
export function serviceOf(serving: Serving): Service {
  const { log, settings } = serving;
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
    ...introductions(serving),
    ...configuration(settings),
    ...resourceCalls(resourcesOf(door), log),

    invoke: handler((request: rpc.InvokeRequest) =>
      log.during("", () => invoked(request.getTok(), fromStruct(request.getArgs()), door)),
    ),

    // Also at the normal end of every operation, when nothing waits any more.
    cancel: handler(() => {
      endWaits();
      return new Empty();
    }),

    parameterize: unimplemented("gitlab-cd takes no parameters"),
    call: unimplemented("gitlab-cd has no methods"),
    construct: unimplemented("gitlab-cd has no components"),
    list: unimplemented("gitlab-cd does not list resources") as never,
    getMapping: unimplemented("gitlab-cd has no mapping"),
    getMappings: unimplemented("gitlab-cd has no mappings"),
  };
}

/** Who is who. */
function introductions({
  log,
  version,
  schema,
}: Serving): Pick<Service, "handshake" | "attach" | "getPluginInfo" | "getSchema"> {
  return {
    handshake: handler((request: rpc.ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      siblings.join(request.getEngineAddress());
      const response = new rpc.ProviderHandshakeResponse();
      // Values come in clear, and the engine marks outputs of the same names as secret again.
      response.setAcceptSecrets(false);
      response.setAcceptResources(false);
      response.setAcceptOutputs(false);
      return response;
    }),

    attach: handler((request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: handler(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),

    getSchema: handler(() => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema(schema());
      return response;
    }),
  };
}

/** The settings of the provider. */
function configuration(
  settings: ProviderSettings,
): Pick<Service, "checkConfig" | "diffConfig" | "configure"> {
  return {
    checkConfig: handler((request: rpc.CheckRequest) => {
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
    }),

    diffConfig: handler((request: rpc.DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const news = fromStruct(request.getNews());
      const name = nameOf(request);
      const difference = diffConfig(olds, news, (args) => settings.placeOf(args, name));
      if (difference.replaces.length > 0) takeOverFromElsewhere();
      return diffResponse(difference, difference.changed.length > 0, detailedDiff(difference, olds, news));
    }),

    configure: handler((request: rpc.ConfigureRequest) => {
      beginOperation();
      settings.configure(fromStruct(request.getArgs()), request.getName());
      const response = new rpc.ConfigureResponse();
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(false);
      return response;
    }),
  };
}

/** The name of a provider in the program. */
function nameOf(request: { getName(): string; getUrn(): string }): string | undefined {
  return request.getName() || request.getUrn().split("::").at(-1);
}
