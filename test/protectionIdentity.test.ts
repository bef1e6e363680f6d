import { expect, it } from "vitest";

import { declare, startGitLab, TestStack } from "./support/stack";

const LONG_MS = 900_000;
const args = { name: "production", deployAccessLevels: [{ accessLevel: 40 }] };

it(
  "stays the same protection where its group was renamed and the program corrected, by the numbers of its entries",
  async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    (await stack.up(declare("GroupProtectedEnvironment", "p", { group: "acme", ...args }))).orThrow();
    gitlab.world.renameGroup("acme", { path: "acme-inc" });
    const corrected = declare("GroupProtectedEnvironment", "p", { group: "acme-inc", ...args });
    const up = (await stack.up(corrected)).orThrow();
    expect(up.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
    expect(gitlab.world.protection("acme-inc", "production")).toBeDefined();
    (await stack.destroy()).orThrow();
    expect(gitlab.world.protection("acme-inc", "production")).toBeUndefined();
  },
  LONG_MS,
);

it(
  "is not taken over by a second resource of the program, under another spelling of its group",
  async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const first = declare("GroupProtectedEnvironment", "p", { group: "acme", ...args });
    (await stack.up(first)).orThrow();
    const id = String(gitlab.world.group("acme").id);
    const second = declare("GroupProtectedEnvironment", "q", { group: id, ...args, adopt: true });
    const twice = await stack.up(first + second);
    expect(twice.errors.join()).toContain("belongs to another resource of this program already");
  },
  LONG_MS,
);
