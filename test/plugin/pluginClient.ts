import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { onTestFinished } from "vitest";

import { fromStruct, handle, listen, toStruct as structOf } from "../../testing/engine/protocol/rpc";
import { ROOT } from "../support/root";
import { Lines, type Line } from "./lines";

export type Props = Record<string, unknown>;

const toStruct = (props: Props) => structOf(props as Parameters<typeof structOf>[0]);

/** What a failed call says. */
export interface Refusal {
  readonly code: number;
  readonly details: string;
  /** What is kept in state all the same. */
  readonly kept?: { readonly id: string; readonly outs: Props; readonly reasons: string[] };
}

interface How {
  readonly preview?: boolean;
  /** Seconds, of `customTimeouts`. */
  readonly timeout?: number;
}

export interface PluginOptions {
  /** Sets `GITLAB_BASE_URL` and `GITLAB_TOKEN`. */
  readonly gitlab?: { readonly url: string; readonly token: string };
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments of the provider. */
  readonly config?: Props;
  /** Its name in the program; default that of the default provider. */
  readonly name?: string;
  readonly executable?: string;
  /** Flags of the engine's own, before its address. */
  readonly flags?: readonly string[];
  /** Older engines do not shake hands: the address is in the arguments alone. */
  readonly shakes?: false;
}

type Method = {
  [K in keyof ResourceProviderClient]: ResourceProviderClient[K] extends (
    ...args: never[]
  ) => grpc.ClientUnaryCall
    ? K
    : never;
}[keyof ResourceProviderClient];

/** The provider's own process, asked as the engine asks. It ends with the test. */
export class Plugin {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly heard: Lines,
  ) {}

  get lines(): readonly Line[] {
    return this.heard.all;
  }

  static async start(options: PluginOptions = {}): Promise<Plugin> {
    const lines = new Lines();
    const engine = await listen((server) => {
      const heard = handle((request: LogRequest) => lines.hear(request));
      server.addService(EngineService, { log: heard });
    });
    const { gitlab, env } = options;
    const child = spawn(
      options.executable ?? join(ROOT, "plugin", "pulumi-resource-gitlab-cd"),
      [...(options.flags ?? []), engine.address],
      {
        stdio: ["pipe", "pipe", "inherit"],
        env: {
          ...process.env,
          ...(gitlab && { GITLAB_BASE_URL: gitlab.url, GITLAB_TOKEN: gitlab.token }),
          ...env,
        },
      },
    );
    onTestFinished(() => {
      engine.close();
      child.kill("SIGKILL");
    });
    const port = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once("line", resolve);
      child.once("error", reject).once("exit", (code) => reject(new Error(`the plugin ended with ${code}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    onTestFinished(() => client.close());
    const plugin = new Plugin(child, client, lines);
    const hands = new rpc.ProviderHandshakeRequest();
    hands.setEngineAddress(engine.address);
    if (options.shakes !== false) await plugin.call("handshake", hands);
    if (options.config !== undefined || options.name !== undefined)
      await plugin.configure(options.config ?? {}, options.name ?? "default");
    return plugin;
  }

  /** Resolves when a line that fits has been said. */
  said(pattern: RegExp): Promise<Line> {
    return this.heard.first(pattern);
  }

  /** Any call; fails with what the provider refuses. */
  call<Response>(method: Method, request: unknown): Promise<Response> {
    const client = this.client as unknown as Record<
      string,
      (request: unknown, done: (error: grpc.ServiceError | null, response: Response) => void) => void
    >;
    return new Promise((resolve, reject) => {
      client[method]!(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(Object.assign(new Error(error.details), refusalOf(error)));
      });
    });
  }

  /** The only call whose answer has many parts; resolves when there is no more. */
  list(): Promise<void> {
    const parts = this.client.list(new rpc.ListRequest());
    return new Promise((resolve, reject) => {
      parts.on("error", reject).on("end", resolve).resume();
    });
  }

  async configure(config: Props, name = "default"): Promise<void> {
    const request = new rpc.ConfigureRequest();
    request.setArgs(toStruct(config));
    request.setName(name);
    await this.call("configure", request);
  }

  async check(type: string, news: Props, olds: Props = {}) {
    const request = new rpc.CheckRequest();
    request.setUrn(urnOf(type));
    request.setNews(toStruct(news));
    request.setOlds(toStruct(olds));
    return checkedBy(await this.call<rpc.CheckResponse>("check", request));
  }

  async checkConfig(news: Props, name = "other") {
    const request = new rpc.CheckRequest();
    request.setName(name);
    request.setNews(toStruct(news));
    return checkedBy(await this.call<rpc.CheckResponse>("checkConfig", request));
  }

  async diffConfig(olds: Props, news: Props) {
    const request = new rpc.DiffRequest();
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    return differenceIn(await this.call<rpc.DiffResponse>("diffConfig", request));
  }

  async diff(type: string, id: string, olds: { inputs: Props; outs: Props }, news: Props) {
    const request = new rpc.DiffRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setOldInputs(toStruct(olds.inputs));
    request.setOlds(toStruct(olds.outs));
    request.setNews(toStruct(news));
    return differenceIn(await this.call<rpc.DiffResponse>("diff", request));
  }

  async create(type: string, inputs: Props, how: How = {}) {
    const request = new rpc.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(toStruct(inputs));
    request.setPreview(how.preview ?? false);
    request.setTimeout(how.timeout ?? 0);
    const response = await this.call<rpc.CreateResponse>("create", request);
    return { id: response.getId(), outs: fromStruct(response.getProperties()) as Props };
  }

  async read(type: string, id: string, outs: Props = {}, inputs: Props = {}) {
    const request = new rpc.ReadRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setProperties(toStruct(outs));
    request.setInputs(toStruct(inputs));
    const response = await this.call<rpc.ReadResponse>("read", request);
    return {
      id: response.getId(),
      outs: fromStruct(response.getProperties()) as Props,
      inputs: fromStruct(response.getInputs()) as Props,
    };
  }

  async update(type: string, id: string, olds: Props, news: Props, how: How = {}): Promise<Props> {
    const request = new rpc.UpdateRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    request.setPreview(how.preview ?? false);
    request.setTimeout(how.timeout ?? 0);
    return fromStruct((await this.call<rpc.UpdateResponse>("update", request)).getProperties());
  }

  async delete(type: string, id: string, outs: Props, timeout = 0): Promise<void> {
    const request = new rpc.DeleteRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setProperties(toStruct(outs));
    request.setTimeout(timeout);
    await this.call("delete", request);
  }

  async invoke(name: string, args: Props): Promise<Props> {
    const request = new rpc.InvokeRequest();
    request.setTok(`gitlab-cd:index:${name}`);
    request.setArgs(toStruct(args));
    return fromStruct((await this.call<rpc.InvokeResponse>("invoke", request)).getReturn());
  }

  async cancel(): Promise<void> {
    await this.call("cancel", new Empty());
  }

  /** Resolves when the process has ended. */
  ended(): Promise<{ code: number | null; signal: string | null }> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null)
      return Promise.resolve({ code: exitCode, signal: signalCode });
    return new Promise((resolve) => {
      this.process.once("exit", (code, signal) => resolve({ code, signal }));
    });
  }
}

/** As the engine names a resource below a component. */
export function urnOf(type: string, name = "tested"): string {
  return `urn:pulumi:dev::tests::my:index:Parent$gitlab-cd:index:${type}::${name}`;
}

function checkedBy(response: rpc.CheckResponse) {
  return {
    inputs: fromStruct(response.getInputs()) as Props,
    failures: response.getFailuresList().map((failure) => failure.getReason()),
  };
}

const KINDS = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

function differenceIn(response: rpc.DiffResponse) {
  const paths = [...response.getDetaileddiffMap().entries()] as [string, rpc.PropertyDiff][];
  return {
    changes: response.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
    replaces: response.getReplacesList(),
    detailed: Object.fromEntries(paths.map(([path, diff]) => [path, KINDS[diff.getKind()]])),
    areInputs: paths.every(([, diff]) => diff.getInputdiff()),
  };
}

function refusalOf(error: grpc.ServiceError): Refusal {
  const { code, details, metadata } = error;
  const [binary] = metadata.get("grpc-status-details-bin");
  if (binary === undefined) return { code, details };
  const [any] = Status.deserializeBinary(binary as Buffer).getDetailsList();
  const failed = any?.unpack(
    (bytes) => rpc.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!failed) return { code, details };
  const outs = fromStruct(failed.getProperties()) as Props;
  return { code, details, kept: { id: failed.getId(), outs, reasons: failed.getReasonsList() } };
}
