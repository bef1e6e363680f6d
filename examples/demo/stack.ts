import {
  CliStack,
  findPulumi,
  OfflineStack,
  type Emulator,
  type StackDriver,
} from "pulumi-gitlab-cd-testing";

/** The program's stack: on the real CLI where there is one, else on the offline engine. */
export function openStack(program: string, emulator: Emulator): Promise<StackDriver> {
  const options = { program, emulator };
  return findPulumi() === undefined ? OfflineStack.create(options) : CliStack.create(options);
}

/** Which engine it is, in one line. */
export function engineLine(stack: StackDriver): string {
  return stack.engine === "offline"
    ? "Engine: the offline engine of this package, as there is no Pulumi CLI (`npm run pulumi` builds one where there is Go)."
    : `Engine: the Pulumi CLI on this machine, ${stack.engine}.`;
}
