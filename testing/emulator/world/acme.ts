import type { Seed } from "./seed";

/** The sample company: a group with three teams and two projects, and another company next door. */
export const acme: Seed = {
  defaultUser: "olivia",
  users: [
    { username: "root", name: "Administrator", admin: true },
    { username: "olivia", name: "Olivia Owner" },
    { username: "dana", name: "Dana Maintainer" },
    { username: "devon", name: "Devon Developer" },
    { username: "rita", name: "Rita Reporter" },
    { username: "gus", name: "Gus Guest" },
    { username: "quinn", name: "Quinn Tester" },
    { username: "sasha", name: "Sasha Security" },
    { username: "stranger", name: "A Stranger" },
    { username: "tess", name: "Tess Tester" },
  ],
  groups: [
    {
      path: "acme",
      members: { olivia: "owner", dana: "maintainer", devon: "developer", rita: "reporter", gus: "guest" },
    },
    { path: "acme/release", members: { dana: "owner" } },
    { path: "acme/qa", name: "QA", members: { quinn: "developer", tess: "developer" } },
    { path: "acme/security", members: { sasha: "developer" } },
    { path: "other-co", name: "Other Company", members: { stranger: "owner" } },
  ],
  projects: [
    {
      path: "acme/shop",
      branches: ["main", "develop"],
      tags: ["v1.0.0"],
      invited: { "acme/release": "maintainer", "acme/qa": "developer" },
    },
    { path: "acme/api", name: "API", branches: ["main"] },
    { path: "other-co/website", branches: ["main"] },
  ],
};
