import { OfflineStack, type Emulator, type StackDriver } from "pulumi-gitlab-cd/testing";

/** The root stack, on the real CLI where there is one, else on the offline engine. */
export function openStack(options: {
  program: string;
  gitlab: Emulator;
  cli: boolean;
}): Promise<StackDriver> {
  return OfflineStack.create({ program: options.program, emulator: options.gitlab });
}
