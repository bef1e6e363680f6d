import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Runs before anything else in every node process of a stack; in the provider's, and in that of our command line, it notes how much memory was ever taken. */
const recorder = (file: string): string => `"use strict";
if (process.argv.some((arg) => /dynamic-provider|provider[\\\\/]cli[\\\\/]main/.test(arg))) {
  let most = 0;
  const note = () => {
    const taken = process.memoryUsage.rss();
    if (taken > most) require("node:fs").writeFileSync(${JSON.stringify(file)}, String((most = taken)));
  };
  setInterval(note, 20).unref();
  note();
}
`;

/** The peak of such a process: resident memory, looked at every 20 ms, whichever engine starts it. */
export class MemoryRecorder {
  readonly #file: string;
  /** What every process of the stack needs in its environment. */
  readonly env: { readonly NODE_OPTIONS: string };

  constructor(folder: string) {
    this.#file = join(folder, "peak");
    const script = join(folder, "recorder.js");
    writeFileSync(script, recorder(this.#file));
    this.env = { NODE_OPTIONS: `--require ${JSON.stringify(script)}` };
  }

  reset(): void {
    rmSync(this.#file, { force: true });
  }

  /** Bytes since the last reset; 0 where no provider was started. */
  get peak(): number {
    return existsSync(this.#file) ? Number(readFileSync(this.#file, "utf8")) : 0;
  }
}
