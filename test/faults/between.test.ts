import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import type { Door } from "../../provider/doors/kind";
import {
  type Between,
  type Alters,
  dropsHeaders,
  putBetween,
  remembers,
  tellsTime,
} from "../support/between";
import type { Emulator } from "../../testing/emulator";
import type { Props } from "../../testing/engine/values/values";
import { type Declared, type Outcome, ProviderStack, sharedProcess } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { Cell, type Operation } from "./cell";
import { type Scenario, scenarios } from "./scenarios";

const HOUR_MS = 3_600_000;

/** What stands between this machine and GitLab, and gets every answer. */
const onTheWay: readonly (readonly [what: string, alters: () => Alters])[] = [
  ["drops all headers but the type of the content", () => dropsHeaders],
  ["remembers what was asked before", remembers],
  ["tells a time that is an hour ahead", () => tellsTime(HOUR_MS)],
  ["tells a time that is an hour behind", () => tellsTime(-HOUR_MS)],
];

const OPERATIONS: readonly Operation[] = ["create", "update", "delete"];

/** What one operation came to: its outcome, the same once more, and what then is there. */
interface Came {
  readonly outcome: Outcome;
  readonly again: Outcome;
  readonly facts: string;
}

/** One scenario, straight to its GitLab or through something. */
interface Lived {
  readonly cell: Cell;
  readonly between?: Between;
  readonly came: Map<Operation, Came>;
}

async function live(door: Door, all: readonly Lived[]): Promise<void> {
  for (const operation of OPERATIONS) {
    for (const again of [false, true]) {
      const process = await sharedProcess(
        door,
        Object.assign({}, ...all.map(({ cell }) => cell.connections(false))) as ReturnType<
          Cell["connections"]
        >,
      );
      await Promise.all(
        all.map(async ({ cell, came }) => {
          const outcome = await cell.run(operation, process);
          const first = again ? came.get(operation)!.outcome : outcome;
          came.set(operation, { outcome: first, again: outcome, facts: cell.facts() });
        }),
      );
      await process.close();
    }
  }
}

describe.each(["dynamic", "native"] as const)("through the %s door", (door) => {
  const straight = new Map<Scenario, Lived>();
  const through = new Map<string, Map<Scenario, Lived>>();

  beforeAll(async () => {
    let count = 0;
    const place = async (scenario: Scenario, alters?: Alters): Promise<Lived> => {
      const cell = await Cell.start(`b${count++}`, scenario, door);
      if (alters === undefined) return { cell, came: new Map() };
      const between = await putBetween(cell.emulator.url, alters);
      cell.through = between.url;
      return { cell, between, came: new Map() };
    };
    for (const scenario of scenarios) straight.set(scenario, await place(scenario));
    for (const [what, alters] of onTheWay) {
      const lived = new Map<Scenario, Lived>();
      for (const scenario of scenarios) lived.set(scenario, await place(scenario, alters()));
      through.set(what, lived);
    }
    await live(door, [
      ...straight.values(),
      ...[...through.values()].flatMap((lived) => [...lived.values()]),
    ]);
  });

  afterAll(async () => {
    for (const { cell, between } of [
      ...straight.values(),
      ...[...through.values()].flatMap((l) => [...l.values()]),
    ]) {
      between?.close();
      await cell.emulator.stop();
    }
  });

  it.each(onTheWay)(
    "what is declared is reached, kept and removed as ever where something on the way %s",
    (what) => {
      const wrong = [...through.get(what)!].flatMap(([scenario, { came }]) =>
        OPERATIONS.flatMap((operation) => {
          const is = came.get(operation);
          const ought = straight.get(scenario)!.came.get(operation);
          return JSON.stringify(is) === JSON.stringify(ought) ? [] : [[scenario.name, operation, is, ought]];
        }),
      );
      expect(wrong).toEqual([]);
    },
  );

  describe("where the time that answers tell is ahead", () => {
    const sha = (gitlab: Emulator): string => gitlab.world.project("acme/shop").branches.get("main") ?? "";
    const deployment = (gitlab: Emulator, props: Props): Declared => ({
      name: "d",
      kind: "deployment",
      props: { project: "acme/shop", environment: "e", sha: sha(gitlab), ref: "main", ...props },
    });

    // How long a lost create is looked for, on this connection.
    beforeAll(() => void (process.env["ONE_SERVER_TIMEOUT"] = "1"));

    async function ahead() {
      const gitlab = await startGitLab();
      const between = await putBetween(gitlab.url, tellsTime(HOUR_MS));
      onTestFinished(() => between.close());
      const provider = await sharedProcess(door, { one: { url: between.url, token: gitlab.token } });
      onTestFinished(() => provider.close());
      return { gitlab, provider, stack: new ProviderStack("one", door) };
    }

    it.each([
      ["running", "drop after", "which of these it made cannot be told: 1 (running"],
      ["success", "drop after", "which of these it made cannot be told: 1 (success"],
      ["success", "nothing", "whether it was made now or before cannot be told"],
    ])(
      "a deployment that is %s is not made again after %s, and `adopt` takes it over",
      async (status, fault, words) => {
        const { gitlab, provider, stack } = await ahead();
        if (fault !== "nothing")
          gitlab.fault({ method: "POST", path: /deployments$/, drop: "after", times: 1 });
        const { errors } = await stack.up(provider, [deployment(gitlab, { status })]);
        expect(errors).toEqual([expect.stringContaining(words)]);
        const adopted = await stack.up(provider, [deployment(gitlab, { status, adopt: true })]);
        expect(adopted).toEqual({ errors: [], steps: ["create d"] });
        expect(gitlab.world.deployments("acme/shop")).toHaveLength(1);
      },
    );

    it("a deployment that never arrived is made once", async () => {
      const { gitlab, provider, stack } = await ahead();
      gitlab.fault({ method: "POST", path: /deployments$/, drop: "before", times: 1 });
      const { errors } = await stack.up(provider, [deployment(gitlab, { status: "running" })]);
      expect(errors).toEqual([]);
      expect(gitlab.world.deployments("acme/shop")).toHaveLength(1);
    });

    it("a pipeline whose answer is lost is named, and not started again", async () => {
      const { gitlab, provider, stack } = await ahead();
      gitlab.fault({ method: "POST", path: /pipeline$/, drop: "after", times: 1 });
      const p: Declared = { name: "p", kind: "pipeline", props: { project: "acme/shop", ref: "main" } };
      const { errors } = await stack.up(provider, [p]);
      expect(errors).toEqual([expect.stringContaining("which of these it started cannot be told: 1 (")]);
      expect(gitlab.world.pipelines("acme/shop")).toHaveLength(1);
    });
  });
});
