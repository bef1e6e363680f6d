import { afterEach, describe, expect, it } from "vitest";
import { Emulator } from "../../testing/emulator";
import type { Props } from "../../testing/engine/values/values";
import type { Door } from "../../provider/doors/kind";
import { type Declared, ProviderStack, type SharedProcess, sharedProcess } from "../support/providerStack";
import { assertNeverWeaker, protectionsOf } from "./worldFacts";

const emulators: Emulator[] = [];
const processes: SharedProcess[] = [];

async function gitlab(options: Parameters<typeof Emulator.start>[0] = {}): Promise<Emulator> {
  const emulator = await Emulator.start(options);
  emulators.push(emulator);
  return emulator;
}

async function provider(door: Door, emulator: Emulator): Promise<SharedProcess> {
  const process = await sharedProcess(door, { one: emulator });
  processes.push(process);
  return process;
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.close()));
  await Promise.all(emulators.splice(0).map((emulator) => emulator.stop()));
});

const protection = (approvalRules: Props[], more: Props = {}): Declared => ({
  name: "production",
  kind: "groupProtectedEnvironment",
  props: {
    group: "acme",
    name: "production",
    deployAccessLevels: [{ accessLevel: 40 }],
    approvalRules,
    ...more,
  },
});

const before = protection([{ accessLevel: 40, requiredApprovals: 2 }]);
const after = protection([{ groupPath: "acme/qa" }, { accessLevel: 40 }]);
const rulesOf = (emulator: Emulator): [number | null, number | null, number][] =>
  (emulator.world.protection("acme", "production")?.approval_rules ?? []).map(
    ({ access_level, group_id, required_approvals }) => [access_level, group_id, required_approvals],
  );

describe.each(["dynamic", "native"] as const)("through the %s door", (door) => {
  it.each([
    [
      "adds a rule and somebody who may deploy",
      (emulator: Emulator) => {
        emulator.world.addStrangerEntry("acme", "production", { user: "dana" }, "rules");
        emulator.world.addStrangerEntry("acme", "production", { user: "devon" }, "levels");
      },
    ],
    [
      "has already done the same",
      (emulator: Emulator) => {
        emulator.world.addStrangerEntry("acme", "production", { group: "acme/qa" }, "rules");
      },
    ],
  ])("reaches what is declared where another client %s just before our write", async (_, edit) => {
    const emulator = await gitlab();
    const stack = new ProviderStack("one", door);
    expect((await stack.up(await provider(door, emulator), [before])).errors).toEqual([]);
    const old = protectionsOf(emulator.world);
    let edited = false;
    emulator.onBeforeRequest(({ method }) => {
      if (method !== "PUT" || edited) return;
      edited = true;
      edit(emulator);
    });
    const outcome = await stack.up(await provider(door, emulator), [after]);
    expect(outcome).toEqual({ errors: [], steps: ["update production"] });
    expect(edited).toBe(true);
    // A rule made by hand is no preview's to remove: it was left, and the next `up` shows and does it.
    const strangers = rulesOf(emulator).length - 2;
    const next = await stack.up(await provider(door, emulator), [after]);
    expect(next).toEqual({ errors: [], steps: [strangers > 0 ? "update production" : "same production"] });
    const qa = emulator.world.group("acme/qa").id;
    expect(rulesOf(emulator).sort()).toEqual(
      [
        [40, null, 1],
        [null, qa, 1],
      ].sort(),
    );
    expect(emulator.world.protection("acme", "production")?.deploy_access_levels).toHaveLength(1);
    expect(() => assertNeverWeaker(emulator.world, old, protectionsOf(emulator.world))).not.toThrow();
    emulator.clearRequests();
    expect((await stack.up(await provider(door, emulator), [after])).steps).toEqual(["same production"]);
    expect(emulator.requests).toEqual([]);
  });

  it("stops where another client makes all entries anew just before our write: a refresh tells whose they are", async () => {
    const emulator = await gitlab();
    const stack = new ProviderStack("one", door);
    expect((await stack.up(await provider(door, emulator), [before])).errors).toEqual([]);
    emulator.world.unprotect("acme", "production");
    const maintainers = { role: "maintainer" } as const;
    emulator.world.protect("acme", "production", [maintainers], [{ ...maintainers, requiredApprovals: 2 }]);
    const { errors } = await stack.up(await provider(door, emulator), [after]);
    expect(errors).toEqual([expect.stringContaining("not one entry of this protection is known here")]);
    expect(rulesOf(emulator)).toEqual([[40, null, 2]]);
    expect((await stack.refresh(await provider(door, emulator))).errors).toEqual([]);
    expect((await stack.up(await provider(door, emulator), [after])).errors).toEqual([]);
    expect(rulesOf(emulator)).toHaveLength(2);
  });

  it("gives up, keeping the state, where somebody undoes every write", async () => {
    const emulator = await gitlab();
    const stack = new ProviderStack("one", door);
    await stack.up(await provider(door, emulator), [before]);
    emulator.onBeforeRequest(({ method }) => {
      if (method === "PUT")
        emulator.world.addStrangerEntry("acme", "production", { user: "devon" }, "levels");
    });
    emulator.clearRequests();
    const { errors } = await stack.up(await provider(door, emulator), [after]);
    expect(errors).toHaveLength(1);
    expect(emulator.requests.length).toBeLessThan(15);
    expect(stack.state.has("production")).toBe(true);
  });

  it("tells the second of two stacks that the object exists, and changes nothing", async () => {
    const emulator = await gitlab();
    const environment: Declared = {
      name: "shop",
      kind: "environment",
      props: { project: "acme/shop", name: "shop", description: "first" },
    };
    const [first, second] = [new ProviderStack("one", door), new ProviderStack("one", door)];
    expect((await first.up(await provider(door, emulator), [before, environment])).errors).toEqual([]);
    const theirs = { ...environment, props: { ...environment.props, description: "second" } };
    const { errors } = await second.up(await provider(door, emulator), [after, theirs]);
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(error).toMatch(/already exists|exists already|is already/);
    for (const error of errors) expect(error).toContain("adopt: true");
    expect(rulesOf(emulator)).toEqual([[40, null, 2]]);
    expect(emulator.world.environment("acme/shop", "shop").description).toBe("first");
    expect(second.state.size).toBe(0);
  });

  it("lets one of two stacks win that create the same at the same moment, without a duplicate", async () => {
    const emulator = await gitlab();
    const [first, second] = [new ProviderStack("one", door), new ProviderStack("one", door)];
    let creating = 0;
    let bothDo = (): void => undefined;
    const both = new Promise<void>((resolve) => (bothDo = resolve));
    // Neither takes effect before both are there.
    emulator.onBeforeRequest(({ method }) => {
      if (method !== "POST") return undefined;
      if (++creating === 2) bothDo();
      return both;
    });
    const outcomes = await Promise.all(
      [first, second].map(async (stack) => stack.up(await provider(door, emulator), [before])),
    );
    expect(outcomes.map(({ errors }) => errors.length).sort()).toEqual([0, 1]);
    expect(creating).toBe(2);
    expect(emulator.world.protections("acme")).toHaveLength(1);
    expect(rulesOf(emulator)).toEqual([[40, null, 2]]);
  });

  it("brings 200 resources through, 32 at a time, where every third request fails and the rate is limited", async () => {
    const WINDOW_MS = 1000;
    let windows = 1;
    const emulator = await gitlab({
      latencyMs: 5,
      rateLimit: { requests: 60, windowMs: WINDOW_MS, now: () => windows * WINDOW_MS },
      faultSeed: 7,
    });
    // A window ends with the first request that comes alone after a refusal: when all that were on their way are through.
    let refusedAt = 0;
    emulator.onBeforeRequest(({ inFlightAtStart }) => {
      if (refusedAt < windows || inFlightAtStart > 1) return;
      windows++;
    });
    emulator.onAfterRequest(({ status }) => {
      if (status === 429) refusedAt = windows;
    });
    const faults = [
      { status: 500, body: { message: "500 Internal Server Error" } },
      { status: 502, body: "<html><title>502</title></html>", afterCommit: true },
      { drop: "before" },
      { drop: "after" },
      { truncate: true },
      { delayMs: 300 },
    ] as const;
    for (const fault of faults) emulator.fault({ ...fault, probability: 0.06 });
    const stacks = Array.from({ length: 200 }, (_, n) => ({
      stack: new ProviderStack("one", door),
      declared: [
        {
          name: `e${n}`,
          kind: "environment",
          props: { project: "acme/shop", name: `review/${n}`, description: `number ${n}`, adopt: true },
        },
      ] satisfies Declared[],
    }));
    let rounds = 0;
    for (let failed = 1; failed > 0 && rounds < 3; rounds++) {
      if (rounds === 1) emulator.clearFaults();
      const process = await provider(door, emulator);
      failed = 0;
      const left = [...stacks];
      const worker = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          // Not in one line: `+=` would remember the sum from before the wait, and forget what the others found.
          const { errors } = await next.stack.up(process, next.declared);
          failed += errors.length;
        }
      };
      await Promise.all(Array.from({ length: 32 }, worker));
    }
    const refused = emulator.requests.filter(({ status }) => status === 429).length;
    console.log(
      `converged in ${rounds} runs, ${emulator.lastRequest} requests in ${windows} windows, ${refused} refused, ${emulator.maxInFlight} at once`,
    );
    expect(rounds).toBeLessThanOrEqual(2);
    expect(emulator.maxInFlight).toBeLessThanOrEqual(32);
    // What a window has left is said with every answer and not overrun; after a refusal everybody waits as long as GitLab asked.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(8 * windows);
    const names = emulator.world
      .environments("acme/shop")
      .map(({ name, description }) => `${name} ${description}`);
    expect(names.sort()).toEqual(stacks.map((_, n) => `review/${n} number ${n}`).sort());
  });
});
