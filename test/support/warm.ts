import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { PRELOAD } from "../../testing/engine/protocol/preload";
import {
  type Child,
  type Launch,
  launch,
  type OnLine,
  processes,
} from "../../testing/engine/protocol/processes";
import { ROOT } from "./root";

const HOST = join(ROOT, "test", "tools", "warmHost.mjs");
const SCRIPTS = /@pulumi[\\/]pulumi[\\/]cmd[\\/](run|dynamic-provider)([\\/]index\.js)?$/;
const END = "\u0000ended";

/** What wants a start of its own: variables that Node.js reads then. */
const READ_AT_START = /^(NODE_|TZ$)/;

/** Hosts that wait for something to do, by the script that they run. */
const idle = new Map<string, Host[]>();

// In every test file: programs and dynamic providers run in processes that have run some before. Most of what a start takes is
// loading what never changes. `test/real-cli` and `test/tools` start theirs as users do, and so do the engines that tests kill.
processes.launch = (what: Launch, onLine: OnLine): Child => {
  const [script = ""] = what.args;
  const { env } = what;
  const isOwn =
    what.node !== undefined ||
    !SCRIPTS.test(script) ||
    env["PULUMI_NODEJS_TYPESCRIPT"] !== undefined ||
    Object.keys({ ...process.env, ...env }).some(
      (name) => READ_AT_START.test(name) && env[name] !== process.env[name],
    );
  if (isOwn) return launch(what, onLine);
  return (idle.get(script)?.pop() ?? new Host(script)).run(what, onLine);
};

/** A process that runs one script as often as it is asked to, see `test/tools/warmHost.mjs`. One run at a time. */
class Host {
  readonly #process: ChildProcess;
  #onLine: OnLine = () => undefined;
  #onEnd: (code: number) => void = () => undefined;
  /** What has yet to come of an end: the code, and the last line of each stream. */
  #missing = new Set<string>();
  #code = 0;

  constructor(private readonly script: string) {
    const child = spawn(process.execPath, [...PRELOAD, HOST], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#process = child;
    for (const name of ["stdout", "stderr"] as const) {
      const lines = createInterface({ input: child[name]!, crlfDelay: Infinity });
      lines.on("line", (line) => {
        if (line === END) this.#came(name);
        else if (line.trim() !== "") this.#onLine(line, name);
      });
    }
    child.on("message", ({ code }: { code: number }) => {
      this.#code = code;
      this.#came("code");
    });
    child.once("close", (code) => this.#onEnd(code ?? 1));
    // It ends with the tests, which do not wait for it.
    child.unref();
    child.channel?.unref();
  }

  run({ args, cwd, env }: Launch, onLine: OnLine): Child {
    this.#onLine = onLine;
    this.#missing = new Set(["code", "stdout", "stderr"]);
    let running = true;
    const exited = new Promise<number>((resolve) => {
      this.#onEnd = (code) => {
        running = false;
        resolve(code);
      };
    });
    this.#process.send({ args, cwd, env });
    const stop = async (): Promise<void> => {
      if (running) this.#stop();
      await exited;
    };
    return { process: this.#process, exited, stop };
  }

  #stop(): void {
    const isProvider = this.script.includes("dynamic-provider");
    if (isProvider && this.#process.connected) this.#process.send("stop", () => undefined);
    else this.#process.kill("SIGKILL");
  }

  #came(part: string): void {
    this.#missing.delete(part);
    if (this.#missing.size > 0) return;
    // What failed may have left something behind.
    if (this.#code === 0) idle.set(this.script, [...(idle.get(this.script) ?? []), this]);
    else this.#process.kill("SIGKILL");
    this.#onEnd(this.#code);
  }
}
