import { execFileSync } from "node:child_process";

import { expect } from "vitest";

import { CliBench, throughBothDoors } from "./cli";

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
