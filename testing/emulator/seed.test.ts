import { expect, it } from "vitest";
import type { Seed } from "./index";
import { Emulator } from "./index";

const seed: Seed = {
  defaultUser: "ann",
  users: [{ username: "ann" }, { username: "bob", name: "Bob the Bot", bot: true }],
  groups: [
    {
      path: "band",
      members: { ann: "owner", bob: "maintainer" },
      protected: {
        production: { deploy: [{ user: "bob" }], approve: [{ role: "maintainer", requiredApprovals: 2 }] },
      },
    },
  ],
  projects: [{ path: "band/song", environments: { live: { external_url: "https://song.example.com" } } }],
};

it("starts with what the seed says", async () => {
  const gitlab = await Emulator.start({ seed });
  try {
    expect((await gitlab.api("GET", "/user")).body.username).toBe("ann");
    expect(gitlab.world.protection("band", "production")).toMatchObject({
      deploy_access_levels: [{ access_level_description: "Bob the Bot" }],
      approval_rules: [{ access_level: 40, required_approvals: 2 }],
    });
    expect(gitlab.world.environments("band/song")).toMatchObject([{ name: "live", tier: "production" }]);
  } finally {
    await gitlab.stop();
  }
});

it("refuses a seed that names what is not there, in words", async () => {
  await expect(Emulator.start({ seed: { ...seed, defaultUser: "cid" } })).rejects.toThrow(
    "the emulator knows no user cid",
  );
});

it("finds rows again after renames, moves and deletions", async () => {
  const gitlab = await Emulator.start();
  try {
    const { world } = gitlab;
    world.renameGroup("acme", { path: "apex" });
    expect((await gitlab.api("GET", "/projects/apex%2Fshop")).status).toBe(200);
    expect((await gitlab.api("GET", "/projects/acme%2Fshop")).status).toBe(301);
    expect((await gitlab.api("GET", "/groups/acme")).status).toBe(404);
    world.protect("apex", "production", [{ group: "apex/qa" }, { user: "dana" }], [{ group: "apex/qa" }]);
    world.deleteGroup("apex/qa");
    world.deleteUser("dana");
    expect(world.protection("apex", "production")).toMatchObject({
      deploy_access_levels: [],
      approval_rules: [],
    });
    expect((await gitlab.api("GET", "/users?username=dana")).body).toEqual([]);
  } finally {
    await gitlab.stop();
  }
});
