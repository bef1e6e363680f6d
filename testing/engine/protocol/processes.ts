import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { PRELOAD } from "./preload";

export interface Launch {
  /** The node binary, or undefined for the one that runs this. */
  readonly node: string | undefined;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A child with its output as lines; empty lines are left out, as the CLI does. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the exit code (or 1 for a signal), after all output has been read. */
  readonly exited: Promise<number>;
  /** Asks it to go and makes it go after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

export type OnLine = (line: string, stream: "stdout" | "stderr") => void;

/** How the SDK's processes are started. */
export const processes = { launch };

export function launch(what: Launch, onLine: OnLine): Child {
  const process_ = spawn(what.node ?? process.execPath, [...PRELOAD, ...what.args], {
    cwd: what.cwd,
    env: what.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const read = (stream: Readable, name: "stdout" | "stderr"): Promise<void> =>
    new Promise((resolve) => {
      const lines = createInterface({ input: stream, crlfDelay: Infinity });
      lines.on("line", (line) => {
        if (line.trim() !== "") onLine(line, name);
      });
      lines.on("close", resolve);
    });
  const drained = Promise.all([read(process_.stdout, "stdout"), read(process_.stderr, "stderr")]);
  const exited = new Promise<number>((resolve, reject) => {
    process_.once("error", reject);
    process_.once("exit", (code) => {
      void drained.then(() => resolve(code ?? 1));
    });
  });
  exited.catch(() => undefined);
  return { process: process_, exited, stop: (graceMs) => stop(process_, exited, graceMs) };
}

async function stop(child: ChildProcess, exited: Promise<number>, graceMs: number): Promise<void> {
  const gone = exited.then(
    () => undefined,
    () => undefined,
  );
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await gone;
    clearTimeout(timer);
  }
  return gone;
}
