import { spawn, type ChildProcess } from "node:child_process";

import { expect, it, onTestFinished } from "vitest";

import { type Door, DOORS } from "../../provider/doors/kind";
import { Emulator } from "../../testing/emulator";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { CliStack, type CliStackOptions } from "../../testing/engine/drivers/cliStack";
import type { Result } from "../../testing/engine/show/result";
import { TestProgram } from "../support/program";
import { line } from "../support/stack";

/** What only the real CLI can show; where it is not on PATH, the test's name says so. */
export function onCli(name: string, run: () => Promise<void>): void {
  const reason = realEngine === undefined ? " (skipped: no Pulumi CLI)" : "";
  it.skipIf(realEngine === undefined)(name + reason, run);
}

/** The same through each door. */
export function throughBothDoors(name: string, run: (door: Door) => Promise<void>): void {
  for (const door of ["dynamic", "native"] as const) onCli(`${name} (${door})`, () => run(door));
}

interface BenchOptions extends Partial<CliStackOptions> {
  readonly door?: Door;
}

/** A stack on the real CLI with a GitLab of its own, whose program the test writes; everything goes with the test. */
export class CliBench {
  private constructor(
    readonly gitlab: Emulator,
    readonly program: TestProgram,
    readonly stack: CliStack,
  ) {}

  static async open({ door = "dynamic", ...options }: BenchOptions = {}): Promise<CliBench> {
    const gitlab = await Emulator.start();
    const program = new TestProgram("", door);
    const stack = await CliStack.create({ program: program.folder, emulator: gitlab, ...options });
    onTestFinished(async () => {
      await stack.dispose();
      program.remove();
      await gitlab.stop();
    });
    return new CliBench(gitlab, program, stack);
  }

  /** The URN of one of our resources directly below the stack. */
  urn(kind: string, name: string): string {
    return this.stack.urn(DOORS[this.program.door] + kind, name);
  }

  /** A preview of the program; it must not ask GitLab anything. */
  async preview(): Promise<Result> {
    const result = await this.stack.preview();
    expect(result.requests.map(line)).toEqual([]);
    return result;
  }

  /** Any command about the stack, which must succeed; what it printed. */
  async pulumi(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.stack.pulumi(...args, "--stack", this.stack.name);
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout + stderr;
  }

  /** Starts `pulumi up`, or another operation, and leaves it running. */
  start(operation: "up" | "destroy" = "up"): {
    readonly child: ChildProcess;
    readonly ended: Promise<{ code: number | null; text: string }>;
    /** Resolves when the CLI has printed something that fits, and fails where it ends without. */
    readonly said: (pattern: RegExp) => Promise<void>;
  } {
    const { command, args, cwd, env } = this.stack.commandLine(operation, "--yes", "--skip-preview");
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    }
    const said = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => void (pattern.test(text) && resolve());
        for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
        child.once("close", () => reject(new Error(`ended without ${pattern}:\n${text}`)));
        look();
      });
    const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
      child.once("close", (code) => resolve({ code, text }));
    });
    return { child, ended, said };
  }

  /** Resolves when GitLab has been asked something that fits. */
  async asked(pattern: RegExp): Promise<void> {
    while (!this.gitlab.requests.some(({ method, path }) => pattern.test(`${method} ${path}`))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
