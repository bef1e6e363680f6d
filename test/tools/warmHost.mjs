/**
 * Runs a script of the SDK (`cmd/run`, `cmd/dynamic-provider`) again and again in one process. What it is made of (gRPC, protobuf,
 * axios) stays loaded; the SDK itself, this package and the program are loaded anew each time, with the environment, folder and
 * arguments that a process of their own would have. See `test/support/warm.ts`, which talks to it.
 */
import { createRequire } from "node:module";

const { cache } = createRequire(import.meta.url);

/** Third parties' modules, and of the SDK what only describes messages, or hooks into V8, which is done once. */
const KEPT =
  /^(?!pulumi-gitlab-cd|@pulumi[\\/]pulumi[\\/](?!proto[\\/]|package\.json|runtime[\\/]closure[\\/]v8Hooks))/;
const PACKAGES = /^.*[\\/]node_modules[\\/]/;

/** What the SDK and programs listen to. */
const EVENTS = ["uncaughtException", "unhandledRejection", "exit", "beforeExit", "SIGINT", "SIGTERM"];

/** `proto` is where generated messages have their classes. */
const globals = new Set([...Object.getOwnPropertyNames(globalThis), "proto"]);
const servers = new Set();
let quiet = 0;

/** What still keeps this process going, apart from the channel to the tests. */
const pending = () => process.getActiveResourcesInfo().filter((type) => !/^(Pipe|TTY)/.test(type));

function begin({ args: [script, ...args], cwd, env }) {
  for (const file of Object.keys(cache)) {
    if (!PACKAGES.test(file) || !KEPT.test(file.replace(PACKAGES, ""))) delete cache[file];
  }
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!globals.has(name)) delete globalThis[name];
  }
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.exitCode = undefined;
  quiet = 0;
  process.argv = [process.argv[0], script, ...args];
  const fromSdk = createRequire(script);
  followServers(fromSdk("@grpc/grpc-js").Server.prototype);
  process.channel.unref();
  fromSdk(script);
}

/** The provider's script keeps its server to itself. */
function followServers(prototype) {
  const { bindAsync } = prototype;
  if (bindAsync.name === "followed") return;
  prototype.bindAsync = function followed(...args) {
    servers.add(this);
    return bindAsync.apply(this, args);
  };
}

/** Ends one run, as a process would, and tells of it, also behind everything that was printed. */
function end() {
  for (const listener of process.listeners("exit")) listener.call(process, process.exitCode ?? 0);
  const code = process.exitCode ?? 0;
  for (const event of EVENTS) process.removeAllListeners(event);
  process.on("beforeExit", ended);
  process.channel.ref();
  for (const stream of [process.stdout, process.stderr]) stream.write("\u0000ended\n");
  process.send({ code });
}

/**
 * A program ends as under Node.js alone: where nothing is left to do, after whatever else listens. The SDK itself has things to do when it
 * hears of that, and registers for them late; so several rounds must have brought nothing new.
 */
function ended() {
  process.nextTick(process.nextTick, () => {
    quiet = pending().length > 0 ? 0 : quiet + 1;
    if (quiet < 4) return void setImmediate(() => undefined);
    end();
  });
}

/** A provider ends when it is told to. Where it still has something under way, which a signal would have cut off, this process ends. */
function stop(turns = 20) {
  for (const server of servers) server.forceShutdown();
  servers.clear();
  if (pending().every((type) => type === "Immediate")) end();
  else if (turns > 0) setTimeout(setImmediate, 5, stop, turns - 1);
  else process.kill(process.pid, "SIGKILL");
}

process.on("message", (message) => (message === "stop" ? stop() : begin(message)));
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("beforeExit", ended);
