import { describe, expect } from "vitest";

import { scenario } from "./onBoth";

describe("configuration and secrets", () => {
  scenario(
    "secrets stay secret from input to output",
    async (scene) => {
      scene.program(({ Toy, pulumi }) => {
        const config = new pulumi.Config();
        const a = new Toy(
          "a",
          {
            name: "a",
            value: config.requireSecret("key"),
            deep: { key: config.getSecret("key") },
          },
          { additionalSecretOutputs: ["out"] },
        );
        const b = new Toy(
          "b",
          { name: "b", value: a.out, showConfig: true },
          { additionalSecretOutputs: ["out"] },
        );
        return { key: config.requireSecret("key"), plain: config.get("setting"), b: b.out };
      });
      await scene.preview();
      const up = await scene.up();
      expect(up.outputs).toMatchObject({ key: "hidden treasure", plain: "on" });
      expect(JSON.stringify(await scene.driver.exportState())).not.toContain("hidden treasure");
    },
    { config: { key: { value: "hidden treasure", secret: true }, setting: "on", "other:thing": '{"a": 1}' } },
  );

  scenario(
    "providers see the configuration of now at up, and that of the last up at refresh",
    async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("a", { name: "a", value: 1, showConfig: true });
      });
      await scene.up();
      await scene.driver.config.set("setting", "second");
      await scene.refresh();
      await scene.preview();
      await scene.up({ refresh: true });
      await scene.driver.config.rm("setting");
      await scene.up();
      await scene.destroy();
    },
    { config: { setting: "first" } },
  );
});

describe("failures", () => {
  scenario("a failed create stops what comes after, and keeps what was made", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: 1 });
      const b = new Toy("b", { name: "b", value: a.out, failOn: "create" });
      new Toy("c", { name: "c", value: b.out });
      return { out: a.out };
    });
    expect(await scene.up()).toMatchObject({ ok: false, exitCode: 1 });
    expect((await scene.state()).map(({ id }) => id)).toContain("id-a");
    await scene.destroy();
  });

  scenario("what was made but is not ready stays in the state, and the next up goes on", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, partialOn: "create" });
    });
    expect((await scene.up()).errors[0]).toContain("it is not ready");
    expect((await scene.state()).find(({ id }) => id === "id-a")?.initErrors).toHaveLength(2);
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, partialOn: "update" });
    });
    await scene.up();
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    expect((await scene.up()).orThrow().changes).toEqual({ same: 1, update: 1 });
  });

  for (const operation of ["update", "delete", "read", "diff", "check"] as const) {
    scenario(`a failed ${operation} is told once, with the provider's words`, async (scene) => {
      scene.program(({ Toy }) => {
        new Toy("a", { name: "a", value: 1, failOn: "nothing" });
      });
      await scene.up();
      await scene.driver.config.set("failOn", operation);
      scene.program(({ Toy, pulumi }) => {
        new Toy("a", { name: "a", value: 1, failOn: new pulumi.Config().require("failOn"), more: 1 });
      });
      await scene.up();
      await scene.refresh();
      await scene.destroy();
    });
  }

  scenario("refused inputs are told by property, in preview and up", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1, bad: "text", worse: [1, { x: true }] });
    });
    expect((await scene.preview()).ok).toBe(false);
    expect((await scene.up()).ok).toBe(false);
  });

  scenario("a program that throws changes nothing, and deletes nothing", async (scene) => {
    scene.program(({ Toy }) => {
      new Toy("a", { name: "a", value: 1 });
    });
    await scene.up();
    scene.program(() => {
      throw new Error("the program broke");
    });
    const up = await scene.up();
    expect(up.ok).toBe(false);
    expect(scene.object("id-a")).toBeDefined();
  });

  scenario("two resources of one name are refused", async (scene) => {
    scene.program(({ Toy }) => {
      const first = new Toy("a", { name: "a", value: 1 });
      new Toy("a", { name: "b", value: 1 }, { dependsOn: [first] });
    });
    expect((await scene.preview()).ok).toBe(false);
  });
});

describe("numbers", () => {
  scenario("those that JSON does not have are kept, in resources and outputs", async (scene) => {
    scene.program(({ Toy }) => {
      const a = new Toy("a", { name: "a", value: Infinity, list: [NaN, 1] });
      return { nan: NaN, infinite: { least: -Infinity }, value: a.out, plain: 1e21 };
    });
    expect((await scene.preview()).ok).toBe(true);
    (await scene.up()).orThrow();
    expect(JSON.stringify(await scene.driver.exportState())).toContain("7fffffffffffffff");
    await scene.refresh();
    await scene.destroy();
  });
});

describe("messages", () => {
  scenario("what program and provider print is shown", async (scene) => {
    scene.program(({ Toy, pulumi }) => {
      console.log("the program says hello");
      console.error("the program complains");
      const a = new Toy("a", { name: "a", value: 1, say: "hi", complain: "loudly" });
      void pulumi.log.warn("beware", a);
      void pulumi.log.info("for your information");
    });
    await scene.up();
  });
});
