import { execFileSync } from "node:child_process";

import { expect } from "vitest";

import { faultAt } from "../support/ownFault";
import { CliBench, onCli, throughBothDoors } from "./cli";

/** CLI, language host, program and provider: each plugin leads a process group of its own, so they are found by their parents. */
function familyOf(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
  return [pid, ...children.flatMap(familyOf)];
}

const stackOf = (args: string, rules: string) => `
  const rules = new gitlab.GroupProtectedEnvironment("rules", { group: "acme", name: "production", ${args}
    deployAccessLevels: [{ accessLevel: 40 }], approvalRules: [${rules}] });
  new gitlab.Environment("shop", { project: "acme/shop", name: "production", ${args} }, { dependsOn: [rules] });`;

/** Kills everything the moment GitLab has done what such a request asks, before its answer arrives. */
async function crashAt(
  bench: CliBench,
  operation: "up" | "destroy",
  method: string,
  path: RegExp,
): Promise<void> {
  let armed = true;
  let kill = () => undefined as void;
  bench.gitlab.onAfterRequest((request) => {
    if (!armed || request.method !== method || !path.test(request.path)) return;
    armed = false;
    kill();
  });
  const { child, ended } = bench.start(operation);
  kill = () => familyOf(child.pid ?? 0).forEach((pid) => process.kill(pid, "SIGKILL"));
  await ended;
  expect(armed, "the request came").toBe(false);
  // A killed run leaves its lock behind.
  await bench.stack.pulumi("cancel", "--yes", "--stack", bench.stack.name);
}

throughBothDoors(
  "a create killed before it was recorded fails once with the adopt hint, and converges with it",
  async (door) => {
    const bench = await CliBench.open({ door });
    bench.program.write(stackOf("", `{ username: "dana" }`));
    await crashAt(bench, "up", "POST", /protected_environments$/);
    const hinted = await bench.stack.up();
    expect(hinted.errors.join()).toContain("adopt: true");
    bench.program.write(stackOf("adopt: true,", `{ username: "dana" }`));
    (await bench.stack.up()).orThrow();
    expect(bench.gitlab.world.protection("acme", "production")?.approval_rules).toHaveLength(1);
    expect(bench.gitlab.world.environments("acme/shop")).toHaveLength(1);
  },
);

throughBothDoors(
  "an update and a destroy killed half-way are finished by the next run, with nothing twice or left over",
  async (door) => {
    const bench = await CliBench.open({ door });
    bench.program.write(stackOf("", `{ username: "dana" }`));
    (await bench.stack.up()).orThrow();
    bench.program.write(stackOf("", `{ accessLevel: 40 }, { accessLevel: 30 }`));
    await crashAt(bench, "up", "PUT", /protected_environments/);
    (await bench.stack.up()).orThrow();
    expect(bench.gitlab.world.protection("acme", "production")?.approval_rules).toHaveLength(2);
    await crashAt(bench, "destroy", "DELETE", /environments/);
    (await bench.stack.destroy()).orThrow();
    expect(bench.gitlab.world.protections("acme")).toEqual([]);
    expect(bench.gitlab.world.environments("acme/shop")).toEqual([]);
  },
);

onCli(
  "a fault in the native provider itself shows itself and what may have been done, and the next run goes on",
  async () => {
    const env = faultAt("SIGUSR2", `throw new Error("of its own");`);
    const bench = await CliBench.open({ door: "native", env });
    const program = (args: string) =>
      `new gitlab.Environment("shop", { project: "acme/shop", name: "production", ${args} });`;
    bench.program.write(program(""));
    const { child, ended } = bench.start();
    bench.gitlab.fault({ method: "POST", delayMs: 600_000, times: 1 });
    bench.gitlab.onAfterRequest(({ n }) => {
      if (n > 1) return;
      for (const pid of pluginsAmong(familyOf(child.pid ?? 0))) process.kill(pid, "SIGUSR2");
    });
    const { code, text } = await ended;
    expect(code).not.toBe(0);
    expect(text).toContain("error: a fault in the provider gitlab-cd: Error: of its own");
    expect(text).toMatch(
      /Environment \(shop\):\s+error: a fault in the provider gitlab-cd ended this half-way/,
    );
    // It is not in state, as nobody knows whether it is there.
    expect((await bench.stack.up()).errors.join()).toContain("adopt: true");
    bench.program.write(program("adopt: true"));
    (await bench.stack.up()).orThrow();
    expect(bench.gitlab.world.environments("acme/shop")).toHaveLength(1);
  },
);

/** Those of these processes that are the native provider. */
function pluginsAmong(pids: readonly number[]): number[] {
  const rows = execFileSync("ps", ["-o", "pid=,args=", "-p", pids.join()], { encoding: "utf8" }).split("\n");
  return rows.filter((row) => row.includes("pulumi-resource-gitlab-cd")).map((row) => parseInt(row));
}
