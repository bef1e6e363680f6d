import { join } from "node:path";
import type { Emulator, World } from "../../testing/emulator";
import { type Connections, type Declared, ProviderProcess, ProviderStack } from "../support/providerStack";
import { asProgram, mixedStack } from "../faults/mixedStack";

/** States as released versions wrote them, one folder a version. */
export const FIXTURES = join(__dirname, "..", "fixtures", "states");

/** `mixed`: one of each kind that lives on; `decisions`: what only happens once. */
export const stateNames = ["mixed", "decisions"] as const;
export type StateName = (typeof stateNames)[number];

/** Brings a fresh emulator to where it was when the state was written: the same requests give the same ids. */
export async function arrange(emulator: Emulator, name: StateName): Promise<void> {
  prepare(emulator, name);
  const connections: Connections = { arranging: emulator };
  const process = new ProviderProcess(connections);
  const { errors } = await new ProviderStack("arranging").up(process, declaredIn(emulator, name, false));
  await process.close();
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

/** What was there before the program: a deployment that waits for the approval of the token's user, for one. */
export function prepare({ world }: Emulator, name: StateName): void {
  world.setPipelineOutcome("acme/shop", { readsPerStep: 0 });
  if (name !== "decisions") return;
  world.protect(
    "acme/shop",
    "production",
    [{ role: "developer" }],
    [{ user: world.defaultUser }, { group: "acme/qa" }],
  );
  world.blockDeployment("acme/shop", { environment: "production", user: "devon" });
}

function declaredIn({ world }: Emulator, name: StateName, changed: boolean): Declared[] {
  return name === "mixed" ? mixedStack(world, changed) : decisions(world, changed);
}

/** An approval, and the actions as resources. */
function decisions(world: World, changed: boolean): Declared[] {
  const shop = { project: "acme/shop" };
  const deploymentId = Math.max(...world.deployments("acme/shop").map(({ id }) => id));
  const status = changed ? "rejected" : "approved";
  return [
    {
      name: "approval",
      kind: "deploymentApproval",
      props: { ...shop, deploymentId, status, comment: "green" },
    },
    {
      name: "cleanUp",
      kind: "reviewAppCleanup",
      props: { ...shop, before: "2025-01-01", triggers: ["one"] },
    },
    { name: "stop", kind: "staleEnvironmentsStop", props: { ...shop, before: "2020-01-01" } },
  ];
}

/** The program that the state belongs to, as it was then, or with every resource changed in place. */
export function program(emulator: Emulator, name: StateName, which: "made" | "changed"): string {
  return asProgram(declaredIn(emulator, name, which === "changed"));
}
