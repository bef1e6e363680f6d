import { describe, expect, it } from "vitest";

import { PluginBench } from "./bench";

describe("leaves an imported default where it is", () => {
  const declared = { project: "acme/shop", name: "production" };
  const imported = async (there: object = {}) => {
    const bench = await PluginBench.start();
    bench.gitlab.world.addEnvironment("acme/shop", "production", there);
    const seen = await bench.plugin.read("Environment", "acme/shop:1");
    bench.asked();
    /** What a program comes to after the import, or after what was read then. */
    const compared = async (args: object, { outs, inputs } = seen) => {
      const news = (await bench.plugin.check("Environment", { ...declared, ...args }, inputs)).inputs;
      const diff = await bench.plugin.diff("Environment", seen.id, { inputs, outs }, news);
      return { news, changed: Object.keys(diff.detailed) };
    };
    return { bench, seen, compared };
  };

  it.each([{}, { autoStopSetting: "always" }, { tier: "production" }])(
    "declared or not: %j",
    async (args) => {
      const { compared } = await imported();
      expect((await compared(args)).changed).toEqual([]);
    },
  );

  it("beside a change, and a default that is declared otherwise is sent", async () => {
    const { bench, seen, compared } = await imported();
    const args = { description: "mine", tier: "staging" };
    const { news, changed } = await compared(args);
    expect(changed.sort()).toEqual(["description", "tier"]);
    const outs = await bench.plugin.update("Environment", seen.id, seen.outs, news);
    expect(bench.gitlab.requests.at(-1)?.body).toEqual(args);
    expect(outs).toMatchObject(args);
    expect(outs).not.toHaveProperty("autoStopSetting");
  });

  it("beside a change of what only steers, which tells what was declared from then on", async () => {
    const { bench, seen, compared } = await imported();
    const { news } = await compared({ onDestroy: "retain" });
    const preview = await bench.plugin.update("Environment", seen.id, seen.outs, news, { preview: true });
    const outs = await bench.plugin.update("Environment", seen.id, seen.outs, news);
    expect(bench.asked()).toEqual([]);
    expect(outs).toMatchObject({ tier: "production", onDestroy: "retain" });
    expect(preview["tier"]).toBe("production");
    expect((await compared({ onDestroy: "retain" }, { ...seen, outs, inputs: news })).changed).toEqual([]);
    expect((await compared({ onDestroy: "retain", tier: "testing" }, { ...seen, outs })).changed).toEqual([
      "tier",
    ]);
  });

  it("where somebody changes it later, unless the program declares it", async () => {
    const { bench, seen, compared } = await imported();
    const again = async () => (await bench.next()).read("Environment", seen.id, seen.outs, seen.inputs);
    expect(await again()).toEqual(seen);
    bench.gitlab.world.changeEnvironment("acme/shop", "production", {
      auto_stop_setting: "with_action",
      tier: "other",
    });
    const drifted = await again();
    expect(drifted.outs["tier"]).toBe("other");
    expect((await compared({}, drifted)).changed).toEqual([]);
    const both = { autoStopSetting: "always", tier: "production" };
    expect((await compared(both, drifted)).changed.sort()).toEqual(["autoStopSetting", "tier"]);
  });

  it("but shows what is no default and is not declared as a change", async () => {
    const { compared } = await imported({ auto_stop_setting: "with_action", description: "by hand" });
    expect((await compared({})).changed.sort()).toEqual(["autoStopSetting", "description"]);
  });
});
