import { existsSync } from "node:fs";
import { join } from "node:path";

import { EngineLog } from "./engineLog";
import { endCalls, listen } from "./listener";
import type { Answer } from "./methods";
import { endWithParent } from "./parent";
import type * as Server from "./server";

/** The other files of the folder; put in by the bundler. */
declare const PLUGIN_PARTS: readonly string[];

/** How long a fault may take to be told: an engine that does not listen any more keeps no process. */
const TELLING_MS = 5000;

/** The process that the engine starts as `pulumi-resource-gitlab-cd <engine's address>`; it reads the port from standard output. */
function main(): void {
  const end = (): void => process.exit(0);
  // At once: the engine waits five seconds for each plugin that does not, at the end of every operation.
  process.on("SIGINT", end).on("SIGTERM", end);
  endWithParent(end);
  forgetFetch();
  requireWhole();

  const log = new EngineLog();
  // Last, after flags of the engine's own.
  const address = process.argv.at(-1);
  if (/^[^/-][^/]*:\d+$/.test(address ?? "")) log.connect(String(address));
  let answer: Answer | undefined;
  const answering = (): Answer => (answer ??= load(log));
  const server = listen(
    (method, request) => answering()(method, request),
    (port) => {
      process.stdout.write(`${port}\n`);
      // The engine takes some milliseconds from here to its first call.
      answering();
    },
  );
  endAtFault(server, log);
}

function load(log: EngineLog): Answer {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file of its own, which is not there before the port
  return (require("./server") as typeof Server).answering(log);
}

/** A fault of our own ends the process, once it is told: to people in full, and to the engine as the end of whatever it waits for. */
function endAtFault(server: ReturnType<typeof listen>, log: EngineLog): void {
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

function requireWhole(): void {
  const missing = PLUGIN_PARTS.find((name) => !existsSync(join(__dirname, name)));
  if (missing === undefined) return;
  process.stderr.write(`${missing} is missing beside the executable: copy the whole folder.\n`);
  process.exit(1);
}

main();
