import { join } from "node:path";
import type { Emulator } from "../../testing/emulator";
import { type Connections, ProviderProcess, ProviderStack } from "../support/providerStack";
import { asProgram, mixedStack } from "../faults/mixedStack";

/** States as released versions wrote them, one folder a version. */
export const FIXTURES = join(__dirname, "..", "fixtures", "states");

/** `mixed`: one of each kind. */
export const stateNames = ["mixed"] as const;
export type StateName = (typeof stateNames)[number];

/** Brings a fresh emulator to where it was when the state was written: the same requests give the same ids. */
export async function arrange(emulator: Emulator, name: StateName): Promise<void> {
  emulator.world.setPipelineOutcome("acme/shop", { readsPerStep: 0 });
  const connections: Connections = { arranging: emulator };
  const process = new ProviderProcess(connections);
  const { errors } = await new ProviderStack("arranging").up(process, declaredIn(emulator, name, false));
  await process.close();
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

const declaredIn = ({ world }: Emulator, _name: StateName, changed: boolean) => mixedStack(world, changed);

/** The program that the state belongs to, as it was then, or with every resource changed in place. */
export function program(emulator: Emulator, name: StateName, which: "made" | "changed"): string {
  return asProgram(declaredIn(emulator, name, which === "changed"));
}
