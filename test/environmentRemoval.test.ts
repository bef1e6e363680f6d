import { describe, expect, it } from "vitest";

import { declare, startGitLab, TestStack } from "./support/stack";

const base = { project: "acme/shop", name: "production" };
const environment = (args: object = {}, opts?: string) =>
  declare("Environment", "production", { ...base, ...args }, opts);

describe("Environment: removal", () => {
  it("refuses to delete a deployment history by default, naming the choices", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const refused = await stack.destroy();
    expect(refused.errors.join()).toMatch(/has deployments.*"delete".*"stop".*"retain"/);
    expect(await stack.stored("production")).toBeDefined();
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });

  it("follows onDestroy once an up has stored it", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const stored = (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    expect(stored.log).toEqual([]);
    expect(stored.changes).toEqual({ same: 1, update: 1 });
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.log).toEqual([
      "POST /projects/acme/shop/environments/1/stop 200",
      "DELETE /projects/acme/shop/environments/1 204",
    ]);
  });

  it("stops and keeps it with stop, sends nothing with retain", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const two =
      declare("Environment", "a", { project: "acme/shop", name: "a", onDestroy: "stop" }) +
      declare("Environment", "b", { project: "acme/shop", name: "b", onDestroy: "retain" });
    (await stack.up(two)).orThrow();
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.log).toHaveLength(1);
    expect(gitlab.world.environment("acme/shop", "a").state).toBe("stopped");
    expect(gitlab.world.environment("acme/shop", "b").state).toBe("available");
  });

  it("waits for on_stop jobs before it deletes", async () => {
    const gitlab = await startGitLab({ switches: { stopJobReads: 3 } });
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    gitlab.world.addOnStopJob("acme/shop", "production");
    const destroyed = (await stack.destroy()).orThrow();
    expect(destroyed.text).toContain(
      "acme/shop:1: the environment production is stopping, waiting for its on_stop jobs (up to 600 s)",
    );
    expect(destroyed.log.at(-1)).toBe("DELETE /projects/acme/shop/environments/1 204");
  });

  it("keeps the state when the stop does not end in time, and force stops when told to", async () => {
    const gitlab = await startGitLab({ switches: { stopJobReads: "manual" } });
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete", stopTimeoutSeconds: 1 }))).orThrow();
    gitlab.world.addOnStopJob("acme/shop", "production");
    const stuck = await stack.destroy();
    expect(stuck.errors.join()).toContain(
      "the environment production is still stopping after 1 s; nothing was deleted",
    );
    (await stack.up(environment({ onDestroy: "delete", stopTimeoutSeconds: 1, forceStop: true }))).orThrow();
    (await stack.destroy()).orThrow();
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
  });

  it("names forceStop where with_action has no job to play", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ autoStopSetting: "with_action", onDestroy: "delete" }))).orThrow();
    const refused = await stack.destroy();
    expect(refused.errors.join()).toContain("Set `forceStop: true`");
  });

  it("copes with an environment stopped by hand, on versions that refuse a second stop", async () => {
    const gitlab = await startGitLab({
      switches: { stopOfStopped: "refused", forcedStopOfStopped: "error" },
    });
    const stack = await TestStack.create(gitlab);
    const two =
      declare("Environment", "a", { project: "acme/shop", name: "a", onDestroy: "delete" }) +
      declare("Environment", "b", { project: "acme/shop", name: "b", onDestroy: "delete", forceStop: true });
    (await stack.up(two)).orThrow();
    for (const id of [1, 2]) await gitlab.api("POST", `/projects/acme%2Fshop/environments/${id}/stop`);
    (await stack.destroy()).orThrow();
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
  });

  it("is content when it is gone already", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment({ onDestroy: "delete" }))).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    (await stack.destroy()).orThrow();
  });
});

describe("Environment: gone or invisible", () => {
  it("drops it from state when it is gone and the project answers", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    (await stack.refresh()).orThrow();
    expect(await stack.stored("production")).toBeUndefined();
  });

  it("keeps the state when the project cannot be seen", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.fault({ path: "/projects/acme%2Fshop", status: 404, body: { message: "404 Project Not Found" } });
    const blind = await stack.refresh();
    expect(blind.errors.join()).toContain("cannot see the project acme/shop");
    expect(await stack.stored("production")).toBeDefined();
  });

  it("says what to do when an update finds nothing", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(environment())).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "production");
    const failed = await stack.up(environment({ description: "x" }));
    expect(failed.errors.join()).toContain("Run `pulumi refresh`, then `pulumi up` creates it anew");
  });
});

describe("Environment: lost answers", () => {
  it("finds what a lost create made, and makes it only once", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    gitlab.fault({ method: "POST", path: "/environments", drop: "after", times: 1 });
    const created = (await stack.up(environment())).orThrow();
    expect(created.log).toEqual([
      expect.stringContaining("dropped") as string,
      "GET /projects/acme/shop/environments?name=production 200",
    ]);
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });

  it("repeats a create that never arrived", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    gitlab.fault({ method: "POST", path: "/environments", drop: "before", times: 1 });
    (await stack.up(environment())).orThrow();
    expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
  });
});
