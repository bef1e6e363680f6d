import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import { rpcError } from "../protocol/rpc";
import { runtimeOptions } from "./options";

/** Starts a policy pack, or a provider or tool that is a folder with a `PulumiPlugin.yaml`, and hands on what it prints. */
export function runPlugin(call: ServerWritableStream<RunPluginRequest, RunPluginResponse>): void {
  let child: ChildProcess;
  try {
    child = start(call.request);
  } catch (error) {
    call.emit("error", rpcError(error instanceof Error ? error.message : String(error)));
    return;
  }
  child.stdout?.on("data", (chunk: Buffer) => call.write(new RunPluginResponse().setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => call.write(new RunPluginResponse().setStderr(chunk)));
  child.once("error", (error) =>
    call.emit("error", rpcError(`could not start the plugin: ${error.message}`)),
  );
  child.once("close", (code) => {
    call.write(new RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill());
}

function start(request: RunPluginRequest): ChildProcess {
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const { nodeArgs } = runtimeOptions(request.getInfo()?.getOptions());
  return spawn(process.execPath, [...nodeArgs, ...command(request, folder)], {
    // A policy pack finds its own package.json in its working folder.
    cwd: request.getKind() === "analyzer" ? folder : request.getPwd(),
    env: Object.fromEntries(request.getEnvList().map(variable)),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A policy pack's runner takes the engine's address first; a plugin's takes it after the folder, as any plugin does. */
function command(request: RunPluginRequest, folder: string): string[] {
  switch (request.getKind()) {
    case "analyzer":
      return [runner(folder, "run-policy-pack"), ...request.getArgsList(), folder];
    case "resource":
    case "converter":
    case "tool":
      return [runner(folder, "run-plugin"), folder, ...request.getArgsList()];
    default:
      throw new Error(`This language host runs no plugins of the kind '${request.getKind()}'.`);
  }
}

function runner(folder: string, name: string): string {
  try {
    return createRequire(join(folder, "_")).resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch {
    throw new Error(
      `'@pulumi/pulumi' cannot be found from ${folder}: install the plugin's dependencies first.`,
    );
  }
}

function variable(text: string): [string, string] {
  const equals = text.indexOf("=");
  return [text.slice(0, equals), text.slice(equals + 1)];
}
