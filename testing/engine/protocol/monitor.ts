import type { UntypedHandleCall } from "@grpc/grpc-js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { isProviderType, packageOf } from "../values/urn";
import { downgradeOutputs, plain, type Props } from "../values/values";
import type { Goal, ReadRequest, Registered } from "./goal";
import { goalOf, positionOf } from "./requests";
import { empty, fromStruct, grpc, handle, rpcError, toStruct } from "./rpc";

/** What the program talks to, one registration after the other. */
export interface MonitorHost {
  /** The folder of `Pulumi.yaml`. */
  readonly root: string;
  register(goal: Goal): Promise<Registered>;
  read(request: Omit<ReadRequest, "done">): Promise<Registered>;
  outputs(urn: string, outputs: Props): Promise<void>;
  /** A reference to the provider that dynamic resources use by default. */
  defaultProvider(pkg: string): Promise<string>;
  /** The program has registered everything; resolves when the operation is over. */
  finished(): Promise<void>;
  /** Something this engine doesn't do: says so, and stops. */
  refuse(message: string): void;
}

const features = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "replacementTrigger",
  // Claimed, so that a program that uses one of them gets this engine's clear refusal and not a hint to update its CLI.
  "transforms",
  "invokeTransforms",
  "resourceHooks",
  "errorHooks",
]);
const DYNAMIC = "pulumi-nodejs";

export class Monitor {
  readonly #goals = new Map<string, Goal>();
  readonly #componentProviders = new Map<string, ReadonlyMap<string, string>>();

  constructor(private readonly host: MonitorHost) {}

  readonly service = ResourceMonitorService;

  handlers(): Record<string, UntypedHandleCall> {
    const refuse = (what: string): UntypedHandleCall =>
      handle(() => this.#refuse(`The offline engine does not support ${what}.`));
    return {
      supportsFeature: handle((request: proto.SupportsFeatureRequest) => {
        const response = new proto.SupportsFeatureResponse();
        response.setHassupport(features.has(request.getId()));
        return response;
      }),
      registerResource: handle((request: proto.RegisterResourceRequest) => this.#register(request)),
      registerResourceOutputs: handle((request: proto.RegisterResourceOutputsRequest) =>
        this.#outputs(request),
      ),
      readResource: handle((request: proto.ReadResourceRequest) => this.#read(request)),
      signalAndWaitForShutdown: handle(async () => {
        await this.host.finished();
        return empty();
      }),
      invoke: handle((request: proto.ResourceInvokeRequest) =>
        this.#refuse(`The offline engine does not support the function '${request.getTok()}'.`),
      ),
      streamInvoke: refuse("streaming functions"),
      call: handle((request: proto.ResourceCallRequest) =>
        this.#refuse(`The offline engine does not support the method '${request.getTok()}'.`),
      ),
      registerStackTransform: refuse("transforms"),
      registerStackInvokeTransform: refuse("transforms of functions"),
      registerResourceHook: refuse("resource hooks"),
      registerErrorHook: refuse("error hooks"),
      registerPackage: handle((request: proto.RegisterPackageRequest) =>
        this.#refuse(
          `The offline engine does not support the package '${request.getName()}': it runs dynamic resources only.`,
        ),
      ),
    };
  }

  #refuse(message: string): never {
    this.host.refuse(message);
    // The wording is never seen: refusing stops the operation.
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- gRPC handlers answer with status objects
    throw rpcError(message, grpc.status.UNAVAILABLE);
  }

  #refuseUnsupported(request: proto.RegisterResourceRequest): void {
    const [type, name] = [request.getType(), request.getName()];
    if (request.getRemote()) {
      this.#refuse(`The offline engine does not support remote components ('${name}' of type '${type}').`);
    }
    if ((request.getTransformsList?.() ?? []).length > 0) {
      this.#refuse(`The offline engine does not support transforms (on '${name}' of type '${type}').`);
    }
    if (request.hasHooks?.()) {
      this.#refuse(`The offline engine does not support resource hooks (on '${name}' of type '${type}').`);
    }
    if (request.getCustom()) this.#refuseForeign(type, name);
  }

  #refuseForeign(type: string, name: string): void {
    const pkg = isProviderType(type) ? (type.split(":")[2] ?? "") : packageOf(type);
    if (pkg === DYNAMIC) return;
    const what =
      type === "pulumi:pulumi:StackReference" ? "stack references" : `resources of the provider '${pkg}'`;
    this.#refuse(
      `The offline engine does not support ${what} ('${name}' of type '${type}'): it runs dynamic resources only.`,
    );
  }

  async #register(request: proto.RegisterResourceRequest): Promise<proto.RegisterResourceResponse> {
    this.#refuseUnsupported(request);
    const parent = this.#goals.get(request.getParent());
    const provider = await this.#providerOf(request, parent);
    const goal = goalOf(request, this.host.root, provider, parent);
    const { state } = await this.host.register(goal);
    this.#goals.set(state.urn, goal);
    if (!goal.custom) this.#rememberProviders(state.urn, request);
    const response = new proto.RegisterResourceResponse();
    response.setUrn(state.urn);
    response.setId(state.id);
    const outputs = goal.custom ? state.outputs : {};
    response.setObject(toStruct(request.getAcceptsecrets() ? outputs : plain(outputs)));
    return response;
  }

  /** A component's `providers` hold for everything below it. */
  #rememberProviders(urn: string, request: proto.RegisterResourceRequest): void {
    const providers = new Map(this.#componentProviders.get(request.getParent()) ?? []);
    request.getProvidersMap().forEach((ref, pkg) => providers.set(pkg, ref));
    this.#componentProviders.set(urn, providers);
  }

  async #providerOf(request: proto.RegisterResourceRequest, parent: Goal | undefined): Promise<string> {
    const type = request.getType();
    if (!request.getCustom() || isProviderType(type)) return "";
    const explicit =
      request.getProvider() ||
      request.getProvidersMap().get(DYNAMIC) ||
      this.#componentProviders.get(request.getParent())?.get(DYNAMIC) ||
      parent?.provider;
    return explicit || this.host.defaultProvider(DYNAMIC);
  }

  async #outputs(request: proto.RegisterResourceOutputsRequest): Promise<ReturnType<typeof empty>> {
    const outputs = downgradeOutputs(fromStruct(request.getOutputs()));
    await this.host.outputs(request.getUrn(), outputs);
    return empty();
  }

  async #read(request: proto.ReadResourceRequest): Promise<proto.ReadResourceResponse> {
    this.#refuseForeign(request.getType(), request.getName());
    const provider = request.getProvider() || (await this.host.defaultProvider(DYNAMIC));
    const { state } = await this.host.read({
      type: request.getType(),
      name: request.getName(),
      id: request.getId(),
      parent: request.getParent(),
      properties: downgradeOutputs(fromStruct(request.getProperties())),
      dependencies: [...new Set(request.getDependenciesList())],
      provider,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      ...positionOf(request, this.host.root),
    });
    const response = new proto.ReadResourceResponse();
    response.setUrn(state.urn);
    response.setProperties(toStruct(request.getAcceptsecrets() ? state.outputs : plain(state.outputs)));
    return response;
  }
}
