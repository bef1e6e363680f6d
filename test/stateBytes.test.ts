import { expect, it } from "vitest";

import { Emulator } from "./emulator";
import type { Props } from "./engine/values";
import { ProviderProcess, ProviderStack } from "./support/providerStack";

const LONG_MS = 60_000;

/** Compact JSON of what one environment has in inputs and outputs, the loader text in both of them included. */
async function bytesOf(declare: (emulator: Emulator) => Props): Promise<number> {
  const emulator = await Emulator.start();
  const process = new ProviderProcess({ gitlab: emulator });
  try {
    const stack = new ProviderStack();
    const { errors } = await stack.up(process, [
      { name: "r", kind: "environment", props: declare(emulator) },
    ]);
    expect(errors).toEqual([]);
    const { inputs, outputs } = stack.state.get("r") ?? {};
    expect(inputs?.["__provider"]).toBe(outputs?.["__provider"]);
    return Buffer.byteLength(JSON.stringify({ inputs, outputs }));
  } finally {
    await process.close();
    await emulator.stop();
  }
}

it(
  "is at most 0.7 kB for an environment with nothing but project and name",
  async () => {
    expect(await bytesOf(() => ({ project: "acme/shop", name: "production" }))).toBeLessThanOrEqual(700);
  },
  LONG_MS,
);

it(
  "is at most 1.5 kB for an environment with every argument",
  async () => {
    const every = (emulator: Emulator): Props => ({
      project: "acme/shop",
      name: "production/europe",
      externalUrl: "https://europe.shop.example.com",
      tier: "production",
      description: "What customers in Europe see; ask the release team before changing it.",
      clusterAgentId: emulator.world.addAgent("acme/shop", "europe").id,
      kubernetesNamespace: "shop-production",
      fluxResourcePath: "helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases/shop",
      autoStopSetting: "with_action",
      onDestroy: "delete-if-unused",
      forceStop: true,
      stopTimeoutSeconds: 900,
      adopt: true,
    });
    expect(await bytesOf(every)).toBeLessThanOrEqual(1500);
  },
  LONG_MS,
);
