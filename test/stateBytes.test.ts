import { afterAll, beforeAll, expect, it } from "vitest";

import { Emulator } from "../testing/emulator";
import { OfflineStack, type StoredResource } from "../testing/engine";
import { TestProgram } from "./support/program";

let emulator: Emulator;
let program: TestProgram;
let resources: readonly StoredResource[];

beforeAll(async () => {
  emulator = await Emulator.start();
  const agent = emulator.world.addAgent("acme/shop", "europe").id;
  program = new TestProgram(`
new gitlab.Environment("minimal", { project: "acme/shop", name: "production" });
new gitlab.Environment("complete", {
  project: "acme/shop",
  name: "production/europe",
  externalUrl: "https://europe.shop.example.com",
  tier: "production",
  description: "What customers in Europe see",
  clusterAgentId: ${agent},
  kubernetesNamespace: "shop-production",
  fluxResourcePath: "helm.toolkit.fluxcd.io/v2/namespaces/flux/helmreleases/shop",
  autoStopSetting: "with_action",
  onDestroy: "delete-if-unused",
  forceStop: true,
  stopTimeoutSeconds: 900,
  adopt: true,
});`);
  const stack = await OfflineStack.create({ program: program.folder, emulator });
  (await stack.up()).orThrow();
  resources = (await stack.exportState()).deployment.resources ?? [];
});

afterAll(async () => {
  program.remove();
  await emulator.stop();
});

function stored(name: string): StoredResource {
  const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`no resource ${name} in the state`);
  return found;
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Compact JSON; inputs and outputs are what we have a say in, the loader text in both of them included. */
it.each([
  { name: "minimal", mostOfOurs: 700, most: 1600 },
  { name: "complete", mostOfOurs: 1500, most: 2400 },
])(
  "is at most $mostOfOurs bytes of inputs and outputs, $most in all, for a $name environment",
  ({ name, mostOfOurs, most }) => {
    const resource = stored(name);
    const { inputs, outputs } = resource;
    expect(inputs?.["__provider"]).toBe(outputs?.["__provider"]);
    expect(bytes({ inputs, outputs })).toBeLessThanOrEqual(mostOfOurs);
    expect(bytes(resource)).toBeLessThanOrEqual(most);
  },
);

it("says the line of the program that declared the resource, not one of this package", () => {
  expect(stored("minimal")).toMatchObject({
    sourcePosition: expect.stringMatching(/index\.js#4,/) as unknown,
  });
});
