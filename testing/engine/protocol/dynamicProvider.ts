import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { nameOf, typeOf } from "../values/urn";
import {
  annotateSecrets,
  changedKeys,
  containsUnknown,
  copy,
  plain,
  unwrap,
  withoutUnknowns,
  type Props,
} from "../values/values";
import { processes, type Child } from "./processes";
import {
  type CheckResult,
  type CreateResult,
  type DiffResult,
  type Provider,
  type ReadResult,
  type UpdateResult,
} from "./provider";
import { initFailure } from "./providerErrors";
import { channelOptions, fromStruct, grpc, toStruct } from "./rpc";

export interface ProviderHostOptions {
  /** The folder of the program's main file: the SDK and the resources' providers are looked up from here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly node: string | undefined;
  /** The executable of another provider, in JavaScript, to be driven in the same way; default the SDK's for dynamic resources. */
  readonly script?: string;
  readonly engineAddress: () => string;
  /** What the process prints; the CLI shows it under the stack. */
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

type Send<Response> = (
  client: ResourceProviderClient,
  done: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** The SDK's own dynamic-provider process, started at the first call. Secrets are sent in clear: it accepts nothing else. */
export class DynamicProvider implements Provider {
  #connected: Promise<ResourceProviderClient> | undefined;
  #child: Child | undefined;

  constructor(
    private readonly host: ProviderHostOptions,
    private readonly config: Props,
  ) {}

  /** False while the configuration holds something that only `up` will know. */
  get #configKnown(): boolean {
    return !containsUnknown(this.config);
  }

  #client(): Promise<ResourceProviderClient> {
    return (this.#connected ??= this.#start());
  }

  async #start(): Promise<ResourceProviderClient> {
    const ofSdk = (): string =>
      createRequire(join(this.host.cwd, "_")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
    const script = this.host.script ?? ofSdk();
    const port = await new Promise<string>((resolve, reject) => {
      let found = false;
      this.#child = processes.launch(
        {
          node: this.host.node,
          args: [script, this.host.engineAddress()],
          cwd: this.host.cwd,
          env: this.host.env,
        },
        (line, stream) => {
          if (found || stream === "stderr") return this.host.onLine(line, stream);
          found = true;
          resolve(line.trim());
        },
      );
      this.#child.exited.then(
        (code) => reject(new Error(`could not read plugin: exit status ${code}`)),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      );
    });
    const client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      channelOptions,
    );
    await this.#call((to, done) => to.configure(this.#configureRequest(), done), client);
    return client;
  }

  #configureRequest(): proto.ConfigureRequest {
    const request = new proto.ConfigureRequest();
    const config = Object.fromEntries(Object.entries(this.config).filter(([key]) => key !== "version"));
    for (const [key, value] of Object.entries(config)) {
      const inner = unwrap(value);
      const text = typeof inner === "string" ? inner : JSON.stringify(inner);
      request.getVariablesMap().set(`pulumi-nodejs:config:${key}`, text);
    }
    request.setArgs(toStruct(this.config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    return request;
  }

  /** One call; the error's `details` are the provider's own words. */
  async #call<Response>(send: Send<Response>, client?: ResourceProviderClient): Promise<Response> {
    const connected = client ?? (await this.#client());
    return new Promise((resolve, reject) => {
      send(connected, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  async check(urn: string, olds: Props, news: Props): Promise<CheckResult> {
    if (!this.#configKnown) return { inputs: news, failures: [] };
    const request = new proto.CheckRequest();
    identify(request, urn);
    request.setOlds(toStruct(plain(olds)));
    request.setNews(toStruct(plain(news)));
    const response = await this.#call<proto.CheckResponse>((to, done) => to.check(request, done));
    const inputs = fromStruct(response.getInputs());
    annotateSecrets(inputs, news);
    const failures = response.getFailuresList().map((failure) => failure.toObject());
    return { inputs, failures };
  }

  async diff(
    urn: string,
    id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
    _preview: boolean,
    ignoreChanges: readonly string[],
  ): Promise<DiffResult> {
    const request = new proto.DiffRequest();
    identify(request, urn);
    request.setId(id);
    request.setOldInputs(toStruct(plain(old.inputs)));
    request.setOlds(toStruct(plain(old.outputs)));
    request.setNews(toStruct(plain(news)));
    request.setIgnorechangesList([...ignoreChanges]);
    const response = await this.#call<proto.DiffResponse>((to, done) => to.diff(request, done));
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    const found = {
      replaceKeys: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
    if (changes === DIFF_NONE) return { ...found, changes: "none", changedKeys: [] };
    if (changes === DIFF_SOME) return { ...found, changes: "some", changedKeys: response.getDiffsList() };
    const changed = changedKeys(old.inputs, news);
    return { ...found, changes: changed.length > 0 ? "some" : "none", changedKeys: changed };
  }

  async create(urn: string, inputs: Props, timeout: number, preview: boolean): Promise<CreateResult> {
    if (preview) return { id: "", outputs: this.#configKnown ? copy(inputs) : {} };
    const request = new proto.CreateRequest();
    identify(request, urn);
    request.setProperties(toStruct(plain(inputs)));
    request.setTimeout(timeout);
    const result = await this.#call<proto.CreateResponse>((to, done) => to.create(request, done)).then(
      (response) => ({ id: response.getId(), outputs: fromStruct(response.getProperties()) }),
      initFailure,
    );
    if (result.id === "") throw new Error(`plugin returned empty resource.ID from create '${urn}'`);
    annotateSecrets(result.outputs, inputs);
    return result;
  }

  async read(urn: string, id: string, inputs: Props, outputs: Props, timeout: number): Promise<ReadResult> {
    if (!this.#configKnown) return { id, outputs: {}, inputs: {} };
    const request = new proto.ReadRequest();
    identify(request, urn);
    request.setId(id);
    request.setInputs(toStruct(plain(withoutUnknowns(inputs))));
    request.setProperties(toStruct(plain(withoutUnknowns(outputs))));
    request.setTimeout(timeout);
    const result: ReadResult = await this.#call<proto.ReadResponse>((to, done) =>
      to.read(request, done),
    ).then(
      (response) => ({
        id: response.getId(),
        outputs: fromStruct(response.getProperties()),
        ...(response.hasInputs() && { inputs: fromStruct(response.getInputs()) }),
      }),
      initFailure,
    );
    if (result.inputs !== undefined) annotateSecrets(result.inputs, inputs);
    annotateSecrets(result.outputs, outputs);
    return result;
  }

  async update(
    urn: string,
    id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
    timeout: number,
    preview: boolean,
    ignoreChanges: readonly string[],
  ): Promise<UpdateResult> {
    if (preview) return { outputs: this.#configKnown ? copy(news) : {} };
    const request = new proto.UpdateRequest();
    identify(request, urn);
    request.setId(id);
    request.setOldInputs(toStruct(plain(old.inputs)));
    request.setOlds(toStruct(plain(old.outputs)));
    request.setNews(toStruct(plain(news)));
    request.setTimeout(timeout);
    request.setIgnorechangesList([...ignoreChanges]);
    const result = await this.#call<proto.UpdateResponse>((to, done) => to.update(request, done)).then(
      (response) => ({ outputs: fromStruct(response.getProperties()) }),
      initFailure,
    );
    annotateSecrets(result.outputs, news);
    return result;
  }

  async delete(urn: string, id: string, inputs: Props, outputs: Props, timeout: number): Promise<void> {
    const request = new proto.DeleteRequest();
    identify(request, urn);
    request.setId(id);
    request.setOldInputs(toStruct(plain(inputs)));
    request.setProperties(toStruct(plain(outputs)));
    request.setTimeout(timeout);
    await this.#call((to, done) => to.delete(request, done));
  }

  /** Ends the process at once, as a crash does. */
  kill(): void {
    this.#child?.process.kill("SIGKILL");
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const client = await this.#connected?.catch(() => undefined);
    client?.close();
    await this.#child?.stop(1000);
  }
}

interface Identified {
  setUrn(urn: string): unknown;
  setName?(name: string): unknown;
  setType?(type: string): unknown;
}

/** Name and type came later than the URN; older stubs lack their setters. */
function identify(request: Identified, urn: string): void {
  request.setUrn(urn);
  request.setName?.(nameOf(urn));
  request.setType?.(typeOf(urn));
}
