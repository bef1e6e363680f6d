import { expect, it } from "vitest";

import { faultAt } from "../support/ownFault";
import { PluginBench } from "./bench";
import type { Refusal } from "./pluginClient";

const UNKNOWN_CODE = 2;
const ERROR = 3;
const shop = { project: "acme/shop" };

for (const [what, code] of [
  ["an exception that nobody caught", `throw new TypeError("nothing is there");`],
  ["a rejection that nobody caught", `Promise.reject(new TypeError("nothing is there"));`],
] as const) {
  it(`says that it does not know what came of creates where ${what} ends it, and shows its text and place once`, async () => {
    const bench = await PluginBench.start({ env: faultAt("SIGUSR2", code) });
    const { gitlab, plugin } = bench;
    const names = ["one", "two"];
    // GitLab does both, and its answers do not come before the fault.
    gitlab.fault({ path: "/environments", delayMs: 600_000 });
    gitlab.onAfterRequest(() => {
      if (gitlab.world.environments("acme/shop").length === names.length) plugin.process.kill("SIGUSR2");
    });
    const inputs = await Promise.all(
      names.map(async (name) => (await plugin.check("Environment", { ...shop, name })).inputs),
    );
    const refused = await Promise.all(
      inputs.map((each) =>
        plugin.create("Environment", each).then(
          () => expect.fail("it was made"),
          (refusal: Refusal) => refusal,
        ),
      ),
    );
    expect(await plugin.ended()).toEqual({ code: 1, signal: null });
    // Any other code, and so the end of a connection, means that it is known what was done.
    for (const { code, details, kept } of refused) {
      expect(code).toBe(UNKNOWN_CODE);
      expect(details).toBe(
        "a fault in the provider gitlab-cd ended this half-way: what it was to change in GitLab may be done, wholly or in part. The fault is shown by itself.",
      );
      expect(kept).toBeUndefined();
    }
    const told = plugin.lines.filter(({ severity }) => severity === ERROR);
    expect(told).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(
          /^a fault in the provider gitlab-cd: TypeError: nothing is there\n +at .*fault\.cjs/,
        ) as string,
      }),
    ]);
    expect(JSON.stringify(plugin.lines)).not.toContain(gitlab.token);

    // The next operation finds what was made, and nothing is made twice.
    gitlab.clearFaults();
    const next = await bench.next();
    await expect(next.create("Environment", inputs[0]!)).rejects.toMatchObject({
      details: expect.stringContaining("adopt") as string,
    });
    const { inputs: adopting } = await next.check("Environment", { ...shop, name: "one", adopt: true });
    expect((await next.create("Environment", adopting)).id).toBe("acme/shop:1");
    expect(gitlab.world.environments("acme/shop")).toHaveLength(names.length);
  });
}
