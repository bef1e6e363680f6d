import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { loaderText } from "../../provider/lifecycle/loaderText";
import { Emulator } from "../../testing/emulator";
import type { DynamicProvider } from "../../testing/engine/protocol/dynamicProvider";
import { ProviderProcess } from "../support/providerStack";

const LONG_MS = 900_000;
/** How many reads the engine has under way on the smallest machine: four for each of two processors. */
const PARALLEL = 8;

let emulator: Emulator;
let process: ProviderProcess;

beforeEach(async () => {
  emulator = await Emulator.start();
  process = new ProviderProcess({ gitlab: emulator });
});

afterEach(async () => {
  await process.close();
  await emulator.stop();
});

const urn = (type: string): string => `urn:pulumi:dev::tested::pulumi-nodejs:dynamic/gitlab:${type}::r`;

/** Reads as the engine does: of `get`, which passes nothing but the loader. */
async function readAll(kind: "environment" | "groupProtectedEnvironment", ids: readonly string[]) {
  const provider: DynamicProvider = process.provider;
  const props = { __provider: loaderText(kind) };
  const queue = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      const seen = await provider.read(urn(kind), id, props, props, 0);
      expect(seen.id).toBe(id);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** So many projects with so many environments each; the ids of all, one project after the other. */
function addEnvironments(projects: number, each: number): string[] {
  return Array.from({ length: projects }, (_, n) => {
    const path = `acme/p${n}`;
    emulator.world.addProject({ path });
    emulator.world.addEnvironments(path, each);
    return emulator.world.environments(path).map(({ id }) => `${path}:${id}`);
  }).flat();
}

describe("reads of one refresh cost", () => {
  it.each([
    { environments: 1, projects: 1, most: 1 },
    { environments: 100, projects: 1, most: 2 },
    { environments: 1000, projects: 1, most: 11 },
    { environments: 1000, projects: 10, most: 20 },
  ])(
    "at most $most requests for $environments environments in $projects projects",
    async ({ environments, projects, most }) => {
      await readAll("environment", addEnvironments(projects, environments / projects));
      expect(emulator.requests.length).toBeLessThanOrEqual(most);
      expect(emulator.requests.every(({ method }) => method === "GET")).toBe(true);
    },
    LONG_MS,
  );

  it(
    "at most 2 for one environment of a project that has 20,000",
    async () => {
      const { world } = emulator;
      world.addEnvironments("acme/shop", 20_000);
      const { id } = world.environment("acme/shop", "review/17000");
      await readAll("environment", [`acme/shop:${id}`]);
      expect(emulator.requests.length).toBeLessThanOrEqual(2);
    },
    LONG_MS,
  );

  it(
    "one for all protections of a group",
    async () => {
      const tiers = ["production", "staging", "testing", "development", "other"];
      for (const tier of tiers) emulator.world.protect("acme", tier, [{ role: "maintainer" }]);
      await readAll(
        "groupProtectedEnvironment",
        tiers.map((tier) => `acme:${tier}`),
      );
      expect(emulator.requests.map(({ path }) => path)).toEqual([
        "/api/v4/groups/acme/protected_environments",
      ]);
    },
    LONG_MS,
  );
});
