import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { DynamicName } from "../../provider/dynamic";
import { loaderText } from "../../provider/lifecycle/loaderText";
import { Emulator } from "../../testing/emulator";
import type { Props } from "../../testing/engine/values/values";
import { type Declared, ProviderProcess, ProviderStack } from "../support/providerStack";
import { cases, type Costs } from "./cases";

/** Processes are started for each operation; on a busy machine that takes a while. */
const LONG_MS = 900_000;

let emulator: Emulator;
const start = async (): Promise<void> => {
  emulator = await Emulator.start();
};
const stop = (): Promise<void> => emulator.stop();

/** One operation: a provider process of its own, as the engine has it. */
async function operation<T>(act: (provider: ProviderProcess) => Promise<T>): Promise<T> {
  const process = new ProviderProcess({ gitlab: emulator });
  try {
    return await act(process);
  } finally {
    await process.close();
  }
}

/** What was asked since the last call; numbers that GitLab gave are `ID`. */
function asked(): string[] {
  const log = emulator.requests.map(({ method, path }) => `${method} ${path.replace("/api/v4", "")}`);
  emulator.clearRequests();
  return log.map((line) => line.replace(/\/\d+(?=\/|$)/g, "/ID"));
}

async function applied(stack: ProviderStack, process: ProviderProcess, declared: Declared): Promise<void> {
  const { errors } = await stack.up(process, [declared]);
  if (errors.length > 0) throw new Error(errors.join("\n"));
}

describe("requests of", () => {
  const seen = new Map<string, Record<keyof Costs | "unchanged", string[] | undefined>>();

  /** Every case through each operation; one process serves an operation of all of them, one after the other. */
  beforeAll(async () => {
    await start();
    const lives = cases.map(({ name, kind, declare }) => ({
      name,
      kind,
      stack: new ProviderStack(),
      ...declare(emulator.world),
    }));
    type Life = (typeof lives)[number];
    const each = async (act: (life: Life, process: ProviderProcess) => Promise<void>): Promise<string[][]> =>
      operation(async (process) => {
        const all: string[][] = [];
        for (const life of lives) {
          emulator.clearRequests();
          await act(life, process);
          all.push(asked());
        }
        return all;
      });
    const up = (...layers: ("change" | "steer")[]) =>
      each((life, process) => {
        const props = layers.reduce<Props>((all, layer) => ({ ...all, ...life[layer] }), life.props);
        return applied(life.stack, process, { name: "r", kind: life.kind, props });
      });
    const created = await up();
    const unchanged = await up();
    const updated = await up("change");
    const steered = await up("change", "steer");
    const refreshed = await each(async (life, process) => {
      expect((await life.stack.refresh(process)).errors).toEqual([]);
    });
    const deleted = await each(async (life, process) => {
      expect((await life.stack.destroy(process)).errors).toEqual([]);
    });
    lives.forEach(({ name, change, steer }, i) =>
      seen.set(name, {
        create: created[i],
        unchanged: unchanged[i],
        update: change && updated[i],
        steer: steer && steered[i],
        refresh: refreshed[i],
        delete: deleted[i],
      }),
    );
  }, LONG_MS);
  afterAll(stop);

  it.each(cases)("$name are as few as the work needs", ({ name, costs }) => {
    const all = seen.get(name);
    const sorted = (lines: readonly string[] | undefined) => lines && [...lines].sort();
    expect(sorted(all?.create)).toEqual(sorted(costs.create));
    expect(all?.unchanged).toEqual([]);
    expect(sorted(all?.update)).toEqual(sorted(costs.update));
    expect(all?.steer).toEqual(costs.steer);
    expect(all?.refresh).toEqual(costs.refresh);
    expect(all?.delete).toEqual(costs.delete);
  });
});

describe("adoption", () => {
  beforeEach(start);
  afterEach(stop);

  const adopt = async (kind: DynamicName, props: Props): Promise<string[]> =>
    operation(async (process) => {
      emulator.clearRequests();
      await applied(new ProviderStack(), process, { name: "r", kind, props: { ...props, adopt: true } });
      return asked();
    });

  it(
    "costs three requests where something differs, two where nothing does",
    async () => {
      const { world } = emulator;
      const shop = "/projects/acme%2Fshop";
      const tier = "/groups/acme/protected_environments";
      world.addEnvironment("acme/shop", "found");
      world.protect("acme", "production", [{ role: "maintainer" }]);

      const environment = { project: "acme/shop", name: "found" };
      const taken = [`POST ${shop}/environments`, `GET ${shop}/environments`];
      expect(await adopt("environment", environment)).toEqual(taken);
      const differs = { ...environment, description: "ours" };
      expect(await adopt("environment", differs)).toEqual([...taken, `PUT ${shop}/environments/ID`]);

      const protection = {
        group: "acme",
        name: "production",
        deployAccessLevels: [{ accessLevel: 40 }],
      };
      const held = [`POST ${tier}`, `GET ${tier}/production`];
      expect(await adopt("groupProtectedEnvironment", protection)).toEqual(held);
      const other = { ...protection, approvalRules: [{ accessLevel: 40 }] };
      expect(await adopt("groupProtectedEnvironment", other)).toEqual([...held, `PUT ${tier}/production`]);
    },
    LONG_MS,
  );
});

describe("another spelling of the project", () => {
  beforeEach(start);
  afterEach(stop);

  it(
    "costs one look at the project, and no write",
    async () => {
      const stack = new ProviderStack();
      const declare = (project: string, process: ProviderProcess) =>
        applied(stack, process, { name: "r", kind: "environment", props: { project, name: "one" } });
      await operation((process) => declare("acme/shop", process));
      asked();
      const { id } = emulator.world.project("acme/shop");
      await operation((process) => declare(String(id), process));
      expect(asked()).toEqual(["GET /projects/acme%2Fshop"]);
    },
    LONG_MS,
  );
});

describe("an object that is gone", () => {
  beforeEach(start);
  afterEach(stop);

  it(
    "costs one look at its project besides its own, once for all in one project",
    async () => {
      const stacks = ["one", "two"].map((name) => ({ name, stack: new ProviderStack() }));
      await operation(async (process) => {
        for (const { name, stack } of stacks)
          await applied(stack, process, {
            name: "r",
            kind: "projectProtectedEnvironment",
            props: { project: "acme/shop", name, deployAccessLevels: [{ accessLevel: 40 }] },
          });
      });
      for (const { name } of stacks) emulator.world.unprotect("acme/shop", name);
      asked();
      await operation(async (process) => {
        for (const { stack } of stacks) await stack.destroy(process);
      });
      expect(asked()).toEqual([
        "GET /projects/acme%2Fshop/protected_environments/one",
        "GET /projects/acme%2Fshop",
        "GET /projects/acme%2Fshop/protected_environments/two",
      ]);
    },
    LONG_MS,
  );
});

describe("without a token", () => {
  beforeAll(start);
  afterAll(stop);

  it(
    "check and diff of every resource work, so that previews do",
    async () => {
      const process = new ProviderProcess({});
      try {
        for (const { kind, declare, name } of cases) {
          const { props, change = {} } = declare(emulator.world);
          const urn = `urn:pulumi:dev::tested::pulumi-nodejs:dynamic/gitlab:X::${kind}`;
          const loader = { __provider: loaderText(kind) };
          const { inputs, failures } = await process.provider.check(urn, {}, { ...props, ...loader });
          expect(failures, name).toEqual([]);
          const next = await process.provider.check(urn, inputs, { ...props, ...change, ...loader });
          const old = { inputs, outputs: inputs };
          const diff = await process.provider.diff(urn, "acme/shop:1", old, next.inputs, true, []);
          expect(diff.changes, name).toBe(Object.keys(change).length > 0 ? "some" : "none");
        }
      } finally {
        await process.close();
      }
      expect(emulator.requests).toEqual([]);
    },
    LONG_MS,
  );
});
