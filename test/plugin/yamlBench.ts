import { join } from "node:path";

import { onTestFinished } from "vitest";

import { Emulator } from "../../testing/emulator";
import { CliStack, type CliStackOptions } from "../../testing/engine/drivers/cliStack";
import { TestProgram } from "../support/program";
import { ROOT } from "../support/root";

/** A program in YAML: resources by name, as Pulumi writes them, and what it shows. */
export interface YamlProgram {
  readonly resources?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const settingsOf = (program: YamlProgram) => ({
  runtime: "yaml",
  main: undefined,
  plugins: { providers: [{ name: "gitlab-cd", path: join(ROOT, "plugin") }] },
  ...program,
});

/** A stack on the real CLI with a GitLab of its own, whose program is in YAML; everything goes with the test. */
export class YamlBench {
  private constructor(
    readonly gitlab: Emulator,
    readonly stack: CliStack,
  ) {}

  static async open(program: YamlProgram = {}, options: Partial<CliStackOptions> = {}): Promise<YamlBench> {
    const gitlab = await Emulator.start();
    const folder = new TestProgram("");
    const stack = await CliStack.create({
      program: folder.folder,
      emulator: gitlab,
      settings: settingsOf(program),
      ...options,
    });
    onTestFinished(async () => {
      await stack.dispose();
      folder.remove();
      await gitlab.stop();
    });
    return new YamlBench(gitlab, stack);
  }

  write(program: YamlProgram): void {
    this.stack.writeProject(settingsOf(program));
  }

  /** What was asked since `from`, as `POST /projects/…`. */
  asked(from = 0): string[] {
    return this.gitlab.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
  }
}
