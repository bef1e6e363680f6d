import { describe, expect, it } from "vitest";

import { startGitLab } from "../support/stack";
import { Plugin, type Props, urnOf } from "./pluginClient";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

async function start() {
  const gitlab = await startGitLab();
  const plugin = await Plugin.start({ gitlab, config: {} });
  /** What was asked since the last time. */
  let seen = 0;
  const asked = (): string[] => {
    const now = gitlab.requests.slice(seen).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
    seen = gitlab.requests.length;
    return now;
  };
  return { gitlab, plugin, asked };
}

describe("an environment", () => {
  it("is previewed, created, left alone, changed, refreshed and deleted with exactly the requests that takes", async () => {
    const { gitlab, plugin, asked } = await start();
    const args = { project: "acme/shop", name: "production", externalUrl: "https://a.example.com" };
    const { inputs, failures } = await plugin.check("Environment", args);
    expect([inputs, failures]).toEqual([{ ...args, slug: "production" }, []]);
    const expected = await plugin.create("Environment", inputs, { preview: true });
    expect(expected).toEqual({
      id: "",
      outs: {
        ...inputs,
        tier: UNKNOWN,
        state: UNKNOWN,
        createdAt: UNKNOWN,
        autoStopAt: UNKNOWN,
        environmentId: UNKNOWN,
      },
    });
    expect(asked()).toEqual([]);

    const { id, outs } = await plugin.create("Environment", inputs);
    expect(asked()).toEqual(["POST /api/v4/projects/acme%2Fshop/environments"]);
    expect(id).toBe("acme/shop:1");
    expect(outs).toMatchObject({ ...inputs, tier: "production", state: "available", environmentId: 1 });

    const unchanged = await plugin.diff("Environment", id, { inputs, outs }, inputs);
    expect(unchanged).toMatchObject({ changes: false, detailed: {} });

    const { inputs: news } = await plugin.check(
      "Environment",
      { ...args, externalUrl: "https://b.example.com" },
      inputs,
    );
    expect(await plugin.diff("Environment", id, { inputs, outs }, news)).toEqual({
      changes: true,
      replaces: [],
      detailed: { externalUrl: "update" },
      areInputs: true,
    });
    const preview = await plugin.update("Environment", id, outs, news, { preview: true });
    expect(preview).toEqual({
      ...news,
      tier: UNKNOWN,
      state: UNKNOWN,
      autoStopAt: UNKNOWN,
      createdAt: outs["createdAt"],
      environmentId: 1,
    });
    expect(asked()).toEqual([]);
    const changed = await plugin.update("Environment", id, outs, news);
    expect(changed).toMatchObject(known(preview));
    expect(asked()).toEqual(["PUT /api/v4/projects/acme%2Fshop/environments/1"]);

    const read = await plugin.read("Environment", id, changed, news);
    expect(read).toEqual({ id, outs: changed, inputs: news });
    expect(asked()).toEqual(["GET /api/v4/projects/acme%2Fshop/environments/1"]);
    // The next operation has a process of its own.
    const later = await Plugin.start({ gitlab, config: {} });
    await later.delete("Environment", id, changed);
    expect(asked()).toEqual([
      "GET /api/v4/projects/acme%2Fshop/deployments",
      "POST /api/v4/projects/acme%2Fshop/environments/1/stop",
      "DELETE /api/v4/projects/acme%2Fshop/environments/1",
    ]);
    expect((await later.read("Environment", id, changed)).id).toBe("");
  });

  it("is taken over by `adopt`, and says so on its own row", async () => {
    const { gitlab, plugin } = await start();
    gitlab.world.addEnvironment("acme/shop", "production");
    const { inputs } = await plugin.check("Environment", {
      project: "acme/shop",
      name: "production",
      adopt: true,
    });
    const { outs } = await plugin.create("Environment", inputs);
    expect(plugin.lines).toEqual([
      { severity: 1, message: expect.stringContaining("taken over") as string, urn: urnOf("Environment") },
    ]);
    expect(outs).not.toHaveProperty("adopt");
  });
});

/** What is not marked as unknown. */
function known(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== UNKNOWN));
}
