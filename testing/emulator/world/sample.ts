import { acme } from "./acme";
import type { Seed } from "./seed";

/** Who deploys and who approves have to see a project before any rule lets them. */
const teams = { "globex/release": "maintainer", "globex/qa": "developer" } as const;

/**
 * What `npm run emulator` starts with: `acme`, which is empty for the quickstart to fill, and `globex`, a company with a
 * delivery of its own to look at with `matrix` and to `import`, not all of it as it should be.
 */
export const sample: Seed = {
  ...acme,
  users: [
    ...acme.users,
    { username: "hank", name: "Hank Scorpio" },
    { username: "marge", name: "Marge Release" },
    { username: "project_9_bot_k3", name: "Deploy bot", bot: true },
  ],
  groups: [
    ...acme.groups,
    {
      path: "globex",
      name: "Globex",
      members: { olivia: "owner", hank: "maintainer", devon: "developer", project_9_bot_k3: "maintainer" },
      protected: {
        production: {
          deploy: [{ group: "globex/release" }, { role: "maintainer" }],
          approve: [{ group: "globex/qa", requiredApprovals: 2 }, { user: "hank" }],
        },
        staging: { deploy: [{ role: "developer" }] },
      },
    },
    { path: "globex/release", name: "Release", members: { marge: "maintainer", hank: "owner" } },
    { path: "globex/qa", name: "QA", members: { quinn: "developer", rita: "developer" } },
    { path: "globex/security", name: "Security" },
  ],
  projects: [
    ...acme.projects,
    {
      path: "globex/shop",
      invited: { ...teams, "globex/security": "developer" },
      environments: {
        production: { external_url: "https://shop.example.com" },
        staging: { external_url: "https://staging.shop.example.com" },
        "eu/production": { tier: "production" },
        "review/checkout": {},
        "review/search": {},
      },
      // Nobody is a member of the security group, so its approval can never be given.
      protected: {
        "eu/production": { deploy: [{ group: "globex/release" }], approve: [{ group: "globex/security" }] },
      },
    },
    // A live system whose tier nobody declared: the group's rules for production do not reach it.
    { path: "globex/billing", invited: teams, environments: { "live-test": {}, staging: {} } },
    {
      path: "globex/api",
      invited: teams,
      environments: { production: {}, staging: {} },
      protected: { production: { deploy: [{ user: "project_9_bot_k3" }] } },
    },
  ],
};
