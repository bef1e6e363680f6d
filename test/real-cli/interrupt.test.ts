import { expect } from "vitest";

import { CliBench, onCli, throughBothDoors } from "./cli";

const waiting = `new gitlab.Pipeline("p", { project: "acme/shop", ref: "main", waitFor: "success", timeoutSeconds: 3600 });`;

onCli(
  "Ctrl-C during a wait ends it, others stay locked out until then, and the next up names what was under way",
  async () => {
    const bench = await CliBench.open();
    const { gitlab, program, stack } = bench;
    gitlab.world.setPipelineOutcome("acme/shop", { status: "running" });
    program.write(waiting);
    const { child, ended, said } = bench.start();
    await bench.asked(/GET .*\/pipelines\/\d+/);
    const locked = await stack.up();
    expect([locked.ok, /locked/.test(locked.text)]).toEqual([false, true]);
    // The lock is all that `pulumi cancel` takes away where the state is in files: the run itself goes on.
    const canceled = await stack.pulumi("cancel", "--yes", "--stack", stack.name);
    expect(canceled.exitCode, canceled.stderr).toBe(0);
    child.kill("SIGINT");
    // The engine lets a step end in peace; the second one ends it at once.
    await said(/press \^C again/i);
    child.kill("SIGINT");
    const { code, text } = await ended;
    expect(code).not.toBe(0);
    expect(text).not.toMatch(/^\s+at /m);
    expect(gitlab.world.pipelines("acme/shop")).toHaveLength(1);
    gitlab.world.setPipelineOutcome("acme/shop", { status: "success" });
    expect((await stack.up()).text).toMatch(/pending operations|started shortly before/);
  },
);

onCli(
  "Ctrl-C through the second door: the pipeline stays in state, not finished and canceled, or goes on and is waited for again",
  async () => {
    for (const onTimeout of ["cancel", "retain"]) {
      const bench = await CliBench.open({ door: "native" });
      const { gitlab, program, stack } = bench;
      gitlab.world.setPipelineOutcome("acme/shop", { status: "running" });
      program.write(
        waiting.replace("timeoutSeconds: 3600", `timeoutSeconds: 3600, onTimeout: "${onTimeout}"`),
      );
      const { child, ended } = bench.start();
      await bench.asked(/GET .*\/pipelines\/\d+/);
      child.kill("SIGINT");
      // One is enough: the engine hands it on.
      const { code, text } = await ended;
      expect(code).not.toBe(0);
      expect(text).toContain(
        `It is kept in state, not finished, and ${onTimeout === "cancel" ? "has been canceled" : "goes on"}`,
      );
      const [kept] =
        (await stack.exportState()).deployment.resources?.filter(({ id }) => id === "acme/shop:1") ?? [];
      expect(kept?.initErrors).toHaveLength(1);
      const statuses = () => gitlab.world.pipelines("acme/shop").map(({ status }) => status);
      expect(statuses()).toEqual([onTimeout === "cancel" ? "canceled" : "running"]);
      if (onTimeout === "retain") gitlab.world.finishPipeline(1);
      expect((await stack.up()).ok).toBe(onTimeout === "retain");
      expect(statuses()).toEqual([onTimeout === "cancel" ? "canceled" : "success"]);
    }
  },
);

throughBothDoors("a saved plan with an unknown subject is carried out as planned", async (door) => {
  const { program, stack } = await CliBench.open({ door });
  program.write(`
    const first = new gitlab.Environment("first", { project: "acme/shop", name: "first" });
    const who = first.createdAt.apply(() => "dana");
    new gitlab.GroupProtectedEnvironment("entry", { group: "acme", name: "production",
      deployAccessLevels: [{ username: who }, { accessLevel: 40 }], approvalRules: [{ groupPath: "acme/qa" }, { username: who }] });
    new gitlab.ProjectProtectedEnvironment("list", { project: "acme/shop", name: "first",
      deployAccessLevels: who.apply((username) => [{ username }]) });`);
  const run = (...args: string[]) => stack.pulumi(...args, "--stack", stack.name);
  const plan = await run("preview", "--save-plan", "plan.json");
  expect(plan.exitCode, plan.stdout + plan.stderr).toBe(0);
  const up = await run("up", "--yes", "--skip-preview", "--plan", "plan.json");
  expect(up.exitCode, up.stdout + up.stderr).toBe(0);
});

throughBothDoors("--parallel 1 and 50 make the same", async (door) => {
  for (const parallel of [1, 50]) {
    // Without it the number grows where a machine is quick enough.
    const env = { GITLAB_MAX_REQUESTS: "8" };
    const { gitlab, program, stack } = await CliBench.open({ door, parallel, env });
    program.write(
      `for (let i = 0; i < 20; i++) new gitlab.Environment("e" + i, { project: "acme/shop", name: "e" + i });`,
    );
    expect((await stack.up()).orThrow().changes).toEqual({ create: 21 });
    expect(gitlab.world.environments("acme/shop")).toHaveLength(20);
    expect(gitlab.maxInFlight).toBeLessThanOrEqual(parallel === 1 ? 1 : 8);
    expect((await stack.destroy()).orThrow().changes).toEqual({ delete: 21 });
  }
});
