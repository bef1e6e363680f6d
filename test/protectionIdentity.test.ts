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
  "keeps a rule for the person it was declared for, also where they are renamed and somebody else takes their name",
  async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const named = (accessLevel: number) => {
      const lists = { deployAccessLevels: [{ accessLevel }], approvalRules: [{ username: "quinn" }] };
      return declare("ProjectProtectedEnvironment", "p", {
        project: "acme/shop",
        name: "production",
        ...lists,
      });
    };
    (await stack.up(named(40))).orThrow();
    const { id } = gitlab.world.user("quinn");
    gitlab.world.renameUser("quinn", { username: "quentin" });
    gitlab.world.addUser({ username: "quinn" });
    gitlab.world.addMember("acme/shop", "quinn", "maintainer");
    expect((await stack.up(named(40))).orThrow().log).toEqual([]);
    const changed = (await stack.up(named(30))).orThrow();
    expect(changed.log.filter((line) => line.includes("/users"))).toEqual([]);
    const rules = gitlab.world.protection("acme/shop", "production")?.approval_rules;
    expect(rules?.map(({ user_id }) => user_id)).toEqual([id]);
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
