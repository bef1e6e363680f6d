/**
 * The language host for Node.js that a CLI built from its Go module lacks: what the engine asks for programs and plugins that are
 * installed already. What it does not do it refuses by name.
 */
import { createRequire } from "node:module";
import type { handleUnaryCall, UntypedHandleCall } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { grpc, empty, handle, listen, rpcError } from "../protocol/rpc";
import { endWith } from "./parent";
import { runPlugin } from "./plugins";
import { run } from "./programs";

/** The engine's address comes last, after flags about logs. */
const engine = process.argv.at(-1) ?? "";

const { version } = createRequire(__filename)("@pulumi/pulumi/package.json") as { version: string };

/** The packages are looked up when a resource asks for them, so none is named before. */
const handlers: Partial<Record<keyof typeof LanguageRuntimeService, UntypedHandleCall>> = {
  handshake: handle(() => new language.LanguageHandshakeResponse()),
  getPluginInfo: handle(() => new PluginInfo().setVersion(version)),
  getRequiredPackages: handle(() => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: handle(() => new language.GetRequiredPluginsResponse()),
  getProgramDependencies: handle(() => new language.GetProgramDependenciesResponse()),
  about: handle(() =>
    new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  run: ((call, callback) => {
    run(call, engine).then(
      (response) => callback(null, response),
      (error: Error) => callback(rpcError(error.message)),
    );
  }) satisfies handleUnaryCall<language.RunRequest, language.RunResponse>,
  runPlugin,
  cancel: handle(() => {
    setImmediate(() => process.exit());
    return empty();
  }),
};

/** The engine takes "unimplemented" for "nothing to say" where that is harmless, and shows the words elsewhere. */
const refuse =
  (method: string): UntypedHandleCall =>
  (call: { emit(event: string, error: unknown): unknown }, callback?: (error: unknown) => void) => {
    const words = `The language host of this repository does not do ${method}.`;
    const error = rpcError(words, grpc.status.UNIMPLEMENTED);
    if (callback === undefined) call.emit("error", error);
    else callback(error);
  };

async function main(): Promise<void> {
  endWith(process.ppid);
  const server = await listen((to) => {
    const all: Record<string, UntypedHandleCall> = {};
    for (const method of Object.keys(LanguageRuntimeService)) {
      all[method] = handlers[method as keyof typeof handlers] ?? refuse(method);
    }
    to.addService(LanguageRuntimeService, all);
  });
  console.log(server.address.slice(server.address.lastIndexOf(":") + 1));
}

void main();
