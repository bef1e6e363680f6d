import { acme, Emulator } from "../../testing/emulator";

/** A company with every kind of rule and every kind of mistake, for the matrix and the import. */
export async function startEstate(): Promise<Emulator> {
  const gitlab = await Emulator.start({
    seed: {
      defaultUser: acme.defaultUser,
      users: [
        ...acme.users,
        { username: "rosa", name: "Rosa Releaser" },
        { username: "larry", name: "Larry Left" },
        { username: "project_7_bot_x1", name: "Deploy bot", bot: true },
      ],
      groups: [
        {
          path: "acme",
          members: {
            olivia: "owner",
            dana: "maintainer",
            devon: "developer",
            larry: "maintainer",
            project_7_bot_x1: "maintainer",
          },
        },
        { path: "acme/release", members: { dana: "owner", rosa: "maintainer" } },
        { path: "acme/qa", name: "QA", members: { quinn: "developer" } },
        { path: "acme/security" },
        { path: "acme/eu" },
      ],
      projects: [
        {
          path: "acme/shop",
          selfApproval: true,
          invited: { "acme/release": "maintainer", "acme/qa": "developer", "acme/security": "developer" },
          environments: {
            production: {
              external_url: "https://shop.example.com",
              description: "The shop | as customers see it",
            },
            "production-test": {},
            staging: { auto_stop_setting: "with_action" },
            "review/fix-1": {},
            "review/fix-2": {},
            "review/fix-3": {},
            "eu/canary": { tier: "production" },
          },
        },
        { path: "acme/api", environments: { live: {}, staging: {}, Production: { tier: "other" } } },
        { path: "acme/eu/shop", environments: { production: {}, qa: {} } },
      ],
    },
  });
  const { world } = gitlab;
  world.protect(
    "acme",
    "production",
    [{ group: "acme/release" }, { role: "maintainer" }],
    [{ group: "acme/qa", requiredApprovals: 2 }, { user: "dana" }],
  );
  world.protect("acme", "staging", [{ role: "developer" }]);
  world.protect(
    "acme/shop",
    "production",
    [{ group: "acme/release", inherited: true }],
    [{ group: "acme/security" }],
  );
  world.protect("acme/shop", "eu/canary", [{ role: "admin" }]);
  world.protect("acme/api", "production", [{ role: "maintainer" }]);
  world.protect("acme/eu/shop", "qa", [{ role: "developer" }], [{ user: "devon" }]);
  world.addStrangerEntry("acme/shop", "production", { user: "devon", requiredApprovals: 2 }, "rules");
  world.addStrangerEntry("acme/shop", "production", { user: "larry" });
  world.addStrangerEntry("acme/eu/shop", "qa", { user: "project_7_bot_x1" }, "rules");
  world.setLegacyApprovalCount("acme/api", "production", 2);
  world.user("larry").state = "blocked";
  return gitlab;
}
