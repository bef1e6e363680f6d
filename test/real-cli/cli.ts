import { spawn, type ChildProcess } from "node:child_process";

import { it, onTestFinished } from "vitest";

import { Emulator } from "../../testing/emulator";
import { realEngine } from "../../testing/engine/trial/realEngine";
import { CliStack, type CliStackOptions } from "../../testing/engine/drivers/cliStack";
import { TestProgram } from "../support/program";

/** What only the real CLI can show; where it is not on PATH, the test's name says so. */
export function onCli(name: string, run: () => Promise<void>): void {
  const reason = realEngine === undefined ? " (skipped: no Pulumi CLI)" : "";
  it.skipIf(realEngine === undefined)(name + reason, run);
}

/** A stack on the real CLI with a GitLab of its own, whose program the test writes; everything goes with the test. */
export class CliBench {
  private constructor(
    readonly gitlab: Emulator,
    readonly program: TestProgram,
    readonly stack: CliStack,
  ) {}

  static async open(options: Partial<CliStackOptions> = {}): Promise<CliBench> {
    const gitlab = await Emulator.start();
    const program = new TestProgram("");
    const stack = await CliStack.create({ program: program.folder, emulator: gitlab, ...options });
    onTestFinished(async () => {
      await stack.dispose();
      program.remove();
      await gitlab.stop();
    });
    return new CliBench(gitlab, program, stack);
  }

  /** Starts `pulumi up`, or another operation, and leaves it running. */
  start(operation: "up" | "destroy" = "up"): {
    readonly child: ChildProcess;
    readonly ended: Promise<{ code: number | null; text: string }>;
  } {
    const { command, args, cwd, env } = this.stack.commandLine(operation, "--yes", "--skip-preview");
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    }
    const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
      child.once("close", (code) => resolve({ code, text }));
    });
    return { child, ended };
  }

  /** Resolves when GitLab has been asked something that fits. */
  async asked(pattern: RegExp): Promise<void> {
    while (!this.gitlab.requests.some(({ method, path }) => pattern.test(`${method} ${path}`))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
