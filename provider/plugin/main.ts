import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { UserError } from "../lifecycle/errors";
import { EngineLog } from "./engineLog";
import { endWithParent } from "./parent";
import { channelOptions, endCalls } from "./rpc";
import { serviceOf } from "./server";
import { ProviderSettings } from "./settings";

/** Put in by the bundler. */
declare const PLUGIN_VERSION: string;

const SCHEMA = "schema.json";

/** How long a fault may take to be told: an engine that does not listen any more keeps no process. */
const TELLING_MS = 5000;

/** The process that the engine starts as `pulumi-resource-gitlab-cd <engine's address>`; it reads the port from standard output. */
function main(): void {
  optimiseLate();
  const end = (): void => process.exit(0);
  // At once: the engine waits five seconds for each plugin that does not, at the end of every operation.
  process.on("SIGINT", end).on("SIGTERM", end);
  endWithParent(end);
  forgetFetch();

  const log = new EngineLog();
  // Last, after flags of the engine's own.
  const address = process.argv.at(-1);
  if (/^[^/-][^/]*:\d+$/.test(address ?? "")) log.connect(String(address));
  const server = new grpc.Server(channelOptions);
  endAtFault(server, log);

  const settings = new ProviderSettings(process.env, (text) => log.warn(text));
  server.addService(
    ResourceProviderService,
    serviceOf({ log, settings, version: PLUGIN_VERSION, schema: readSchema }),
  );
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/**
 * An operation is over before it gets back what V8 spends on optimising code, a fifth of the processor time with a hundred resources.
 * What is called often is still optimised, somewhat later. V8 waits by itself from Node.js 22 on, and does not know this flag there.
 */
function optimiseLate(): void {
  if (Number.parseInt(process.versions.node) < 22) setFlagsFromString("--interrupt-budget=300000");
}

/** A fault of our own ends the process, once it is told: to people in full, and to the engine as the end of whatever it waits for. */
function endAtFault(server: grpc.Server, log: EngineLog): void {
  const end = (): void => process.exit(1);
  const crash = (fault: unknown): void => {
    setTimeout(end, TELLING_MS);
    endCalls(
      "a fault in the provider gitlab-cd ended this half-way: what it was to change in GitLab may be done, wholly or in part. " +
        "The fault is shown by itself.",
    );
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    void log
      .fail(`a fault in the provider gitlab-cd: ${text}`)
      // Goes when all that was answered has been sent.
      .then(() => server.tryShutdown(end));
  };
  process.on("uncaughtException", crash).on("unhandledRejection", crash);
}

/** axios looks whether there is a `fetch` worth using, which makes Node.js load all of that; nothing here fetches. */
function forgetFetch(): void {
  for (const name of ["fetch", "FormData", "Request", "Response"]) Reflect.deleteProperty(globalThis, name);
}

function readSchema(): string {
  const file = join(__dirname, SCHEMA);
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${SCHEMA} is missing beside the executable: copy the whole folder.`);
  }
}

main();
