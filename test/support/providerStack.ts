import { join } from "node:path";

import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { type Door, DOORS } from "../../provider/doors/kind";
import { DynamicProvider } from "../../testing/engine/protocol/dynamicProvider";
import { handle, listen } from "../../testing/engine/protocol/rpc";
import { messageOf } from "../../testing/engine/protocol/providerErrors";
import type { Props } from "../../testing/engine/values/values";
import { secret } from "../../testing/engine/values/values";
import { loaderText } from "../../provider/lifecycle/loaderText";
import type { DynamicName } from "../../provider/dynamic";
import { ROOT } from "./root";

/** One resource of a program, as plain data. */
export interface Declared {
  readonly name: string;
  readonly kind: DynamicName;
  readonly props: Props;
}

interface Stored {
  readonly kind: DynamicName;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly initErrors: readonly string[];
}

/** Where each connection goes: connection name → address and token. */
export type Connections = Readonly<
  Record<string, { readonly url: string; readonly token: string; readonly requestTimeout?: number }>
>;

/** What one operation came to. */
export interface Outcome {
  readonly errors: readonly string[];
  /** `create a`, `update b`, `same c`, `delete d`, one for each resource. */
  readonly steps: readonly string[];
}

export interface ProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The node binary; default the one that runs the tests. */
  readonly node?: string | undefined;
  /** The folder of the program; default the package's own. */
  readonly cwd?: string;
}

/**
 * The SDK's dynamic-provider process for one operation of many stacks at once: each has a connection of its own, so that
 * hundreds of cases share the time that starting a process and waiting take.
 */
export class ProviderProcess {
  readonly lines: string[] = [];
  readonly provider: DynamicProvider;

  constructor(connections: Connections, { env, node, cwd = ROOT }: ProcessOptions = {}) {
    const config: Props = {};
    for (const [name, { url, token, requestTimeout }] of Object.entries(connections)) {
      config[`${name}:baseUrl`] = url;
      config[`${name}:token`] = secret(token);
      if (requestTimeout !== undefined) config[`${name}:requestTimeout`] = String(requestTimeout);
    }
    const inherited = Object.entries(process.env).filter(([name]) => !/^(GITLAB|CI|C\d+)_/.test(name));
    this.provider = new DynamicProvider(
      {
        cwd,
        env: { ...Object.fromEntries(inherited), ...env },
        node,
        engineAddress: () => "127.0.0.1:0",
        onLine: (line) => this.lines.push(line),
      },
      config,
    );
  }

  close(): Promise<void> {
    return this.provider.close();
  }
}

/** What all stacks of one operation are served by. */
export type SharedProcess = Pick<ProviderProcess, "lines" | "provider" | "close">;

export function sharedProcess(
  door: Door,
  connections: Connections,
  env: NodeJS.ProcessEnv = {},
): Promise<SharedProcess> {
  return door === "native"
    ? nativeProcess(connections, env)
    : Promise.resolve(new ProviderProcess(connections, { env }));
}

/** The same with the native provider's process: its named connections come from the environment, its lines through the engine. */
async function nativeProcess(connections: Connections, more: NodeJS.ProcessEnv): Promise<SharedProcess> {
  const lines: string[] = [];
  const engine = await listen((server) => {
    const hear = handle((request: LogRequest) => {
      lines.push(request.getMessage());
      return new Empty();
    });
    server.addService(EngineService, { log: hear });
  });
  const named = Object.entries(connections).flatMap(([name, { url, token, requestTimeout }]) => [
    [`${name.toUpperCase()}_BASE_URL`, url],
    [`${name.toUpperCase()}_TOKEN`, token],
    ...(requestTimeout === undefined
      ? []
      : [[`${name.toUpperCase()}_REQUEST_TIMEOUT`, String(requestTimeout)]]),
  ]);
  const provider = new DynamicProvider(
    {
      cwd: ROOT,
      env: { ...process.env, ...(Object.fromEntries(named) as NodeJS.ProcessEnv), ...more },
      node: undefined,
      script: join(ROOT, "plugin", "pulumi-resource-gitlab-cd"),
      engineAddress: () => engine.address,
      onLine: (line) => lines.push(line),
    },
    {},
  );
  return {
    lines,
    provider,
    async close() {
      await provider.close();
      engine.close();
    },
  };
}

/** A state and the rules by which the engine moves it; what engine and program add to that is not what is tested here. */
export class ProviderStack {
  state = new Map<string, Stored>();

  constructor(
    private readonly connection?: string,
    private readonly door: Door = "dynamic",
  ) {}

  async up({ provider }: SharedProcess, declared: readonly Declared[]): Promise<Outcome> {
    const errors: string[] = [];
    const steps: string[] = [];
    const replaced: [string, Stored][] = [];
    for (const resource of declared) {
      try {
        steps.push(`${await this.#step(provider, resource, replaced)} ${resource.name}`);
      } catch (error) {
        errors.push(messageOf(error));
      }
    }
    const names = new Set(declared.map(({ name }) => name));
    if (errors.length > 0) return { errors, steps };
    const unwanted = [...this.state].filter(([name]) => !names.has(name)).reverse();
    await this.#deleteAll(provider, [...replaced, ...unwanted], { errors, steps });
    return { errors, steps };
  }

  async destroy(process: SharedProcess): Promise<Outcome> {
    return this.up(process, []);
  }

  async #step(
    provider: DynamicProvider,
    { name, kind, props }: Declared,
    replaced: [string, Stored][],
  ): Promise<string> {
    const old = this.state.get(name);
    const urn = this.#urnOf(kind, name);
    const news = {
      ...props,
      ...(this.connection === undefined ? {} : { connection: this.connection }),
      ...(this.door === "dynamic" ? { __provider: loaderText(kind) } : {}),
    };
    const { inputs, failures } = await provider.check(urn, old?.inputs ?? {}, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    if (old === undefined) return this.#create(provider, urn, name, kind, inputs);
    const diff = await provider.diff(urn, old.id, old, inputs, false, []);
    if (diff.replaceKeys.length > 0) {
      replaced.push([name, old]);
      await this.#create(provider, urn, name, kind, inputs);
      return "replace";
    }
    if (diff.changes === "none" && old.initErrors.length === 0) return "same";
    const { outputs, initErrors = [] } = await provider.update(urn, old.id, old, inputs, 0, false, []);
    this.state.set(name, { ...old, inputs, outputs, initErrors });
    if (initErrors.length > 0) throw new Error(initErrors.join("\n"));
    return "update";
  }

  async #create(
    provider: DynamicProvider,
    urn: string,
    name: string,
    kind: DynamicName,
    inputs: Props,
  ): Promise<string> {
    const { id, outputs, initErrors = [] } = await provider.create(urn, inputs, 0, false);
    this.state.set(name, { kind, id, inputs, outputs, initErrors });
    if (initErrors.length > 0) throw new Error(initErrors.join("\n"));
    return "create";
  }

  async #deleteAll(
    provider: DynamicProvider,
    all: readonly (readonly [string, Stored])[],
    { errors, steps }: { errors: string[]; steps: string[] },
  ): Promise<void> {
    for (const [name, old] of all) {
      try {
        await provider.delete(this.#urnOf(old.kind, name), old.id, old.inputs, old.outputs, 0);
        if (this.state.get(name) === old) this.state.delete(name);
        steps.push(`delete ${name}`);
      } catch (error) {
        errors.push(messageOf(error));
      }
    }
  }

  /** Looks at what is there, and keeps it; one resource after the other. */
  async refresh({ provider }: SharedProcess): Promise<Outcome> {
    const outcome = { errors: [], steps: [] };
    for (const [name, old] of this.state) await this.#look(provider, name, old, outcome);
    return outcome;
  }

  /** The same, of all resources at the same time, as the engine does. */
  async refreshAtOnce({ provider }: SharedProcess): Promise<Outcome> {
    const outcome = { errors: [], steps: [] };
    await Promise.all([...this.state].map(([name, old]) => this.#look(provider, name, old, outcome)));
    return outcome;
  }

  async #look(
    provider: DynamicProvider,
    name: string,
    old: Stored,
    { errors, steps }: { errors: string[]; steps: string[] },
  ): Promise<void> {
    try {
      const seen = await provider.read(this.#urnOf(old.kind, name), old.id, old.inputs, old.outputs, 0);
      const { id, outputs, inputs = old.inputs } = seen;
      if (id === "") this.state.delete(name);
      else this.state.set(name, { ...old, inputs, outputs, initErrors: [] });
      steps.push(`${id === "" ? "gone" : "read"} ${name}`);
    } catch (error) {
      errors.push(messageOf(error));
    }
  }

  #urnOf(kind: DynamicName, name: string): string {
    const type = kind.charAt(0).toUpperCase() + kind.slice(1);
    return `urn:pulumi:dev::tested::${DOORS[this.door]}${type}::${name}`;
  }
}
