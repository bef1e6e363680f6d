import type * as pulumi from "@pulumi/pulumi";

import { Emulator } from "../../testing/emulator";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "./program";

/** Several operations, each of which starts processes: on a busy machine they take a while. */
export const LONG_MS = 900_000;

/** One stack on the offline engine and a fresh emulator, for resources of one project. */
export class DeliveryBench {
  private constructor(
    readonly emulator: Emulator,
    readonly program: TestProgram,
    readonly stack: OfflineStack,
  ) {}

  /** `connections` names users: each becomes a connection of that name in upper case, as `QUINN_TOKEN` does. */
  static async start(...connections: string[]): Promise<DeliveryBench> {
    const emulator = await Emulator.start();
    const program = new TestProgram("");
    const env = Object.fromEntries(
      connections.flatMap((user) => [
        [`${user.toUpperCase()}_TOKEN`, emulator.tokenFor(user)],
        [`${user.toUpperCase()}_BASE_URL`, emulator.url],
      ]),
    );
    const stack = await OfflineStack.create({
      program: program.folder,
      emulator,
      env,
      config: { password: { value: SECRET, secret: true } },
    });
    return new DeliveryBench(emulator, program, stack);
  }

  declare(body: string): void {
    this.program.write(body);
  }

  /** Head of a branch of `acme/shop`: a commit that exists. */
  get head(): string {
    return this.emulator.world.project("acme/shop").branches.get("main") ?? "";
  }

  async stop(): Promise<void> {
    await this.stack.dispose();
    this.program.remove();
    await this.emulator.stop();
  }
}

/** The stack's configuration `password`; must be nowhere in clear. */
export const SECRET = "correct-horse-battery-staple";

/** What `check`, which sends nothing, says about a declaration. */
export async function failuresOf(
  provider: pulumi.dynamic.ResourceProvider,
  args: object,
  olds: object = {},
): Promise<string> {
  const { failures = [] } = (await provider.check?.(olds, args)) ?? {};
  return failures.map(({ reason }) => reason).join("\n");
}
