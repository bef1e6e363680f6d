import { Emulator, type World } from "../../testing/emulator";

export const PEOPLE = ["olivia", "dana", "devon", "quinn", "rita", "marge", "gus"] as const;
export const BOTS = ["project_1_bot_a", "project_2_bot_b"] as const;

/** A company where all is well; each situation changes one thing. */
export async function company(): Promise<Emulator> {
  return Emulator.start({
    seed: {
      defaultUser: "root",
      users: [
        { username: "root", admin: true },
        ...PEOPLE.map((username) => ({ username })),
        ...BOTS.map((username) => ({ username, bot: true })),
      ],
      groups: [
        { path: "acme", members: { olivia: "owner", dana: "maintainer", devon: "developer" } },
        { path: "acme/qa", members: { quinn: "developer", rita: "developer", gus: "developer" } },
        { path: "acme/release", members: { marge: "maintainer", dana: "maintainer" } },
        { path: "partner" },
      ],
      projects: [
        {
          path: "acme/shop",
          invited: { "acme/qa": "developer", "acme/release": "developer" },
          environments: { production: {} },
        },
      ],
    },
  });
}

export const releasers = [{ group: "acme/release" }];
const qa = (requiredApprovals = 1) => [{ group: "acme/qa", requiredApprovals }];

interface Situation {
  readonly arrange: (world: World) => void;
  /** Who really can, as they find out by trying; people and bots, without administrators. */
  readonly deploys: readonly string[];
  readonly approves: readonly string[];
  readonly codes: readonly string[];
  /** What the words must name. */
  readonly says?: RegExp;
}

export const SITUATIONS: Record<string, Situation> = {
  "all is well": {
    arrange: (world) => world.protect("acme/shop", "production", releasers, qa(2)),
    deploys: ["dana", "marge"],
    approves: ["gus", "quinn", "rita"],
    codes: [],
  },
  "the approvers' group cannot reach the project": {
    arrange: (world) => {
      world.protect("acme", "production", releasers, qa());
      world.uninviteGroup("acme/shop", "acme/qa");
    },
    deploys: ["dana", "marge"],
    approves: [],
    codes: ["approvals-unreachable"],
    says: /none of the 3 people in group acme\/qa can reach the project/,
  },
  "the deployers' group cannot reach the project": {
    arrange: (world) => {
      world.removeMember("acme/release", "dana");
      world.protect("acme", "production", releasers, qa());
      world.uninviteGroup("acme/shop", "acme/release");
    },
    deploys: [],
    approves: ["gus", "quinn", "rita"],
    codes: ["no-deployers"],
    says: /the 1 person in group acme\/release cannot reach the project/,
  },
  "guests are the approvers": {
    arrange: (world) => {
      world.uninviteGroup("acme/shop", "acme/qa");
      world.inviteGroup("acme/shop", "acme/qa", "guest");
      world.protect("acme/shop", "production", releasers, qa());
    },
    deploys: ["dana", "marge"],
    approves: [],
    codes: ["approvals-unreachable"],
    says: /all 3 people in group acme\/qa have less than the role Reporter/,
  },
  "reporters are the deployers": {
    arrange: (world) => {
      world.removeMember("acme/release", "dana");
      world.uninviteGroup("acme/shop", "acme/release");
      world.inviteGroup("acme/shop", "acme/release", "reporter");
      world.protect("acme/shop", "production", releasers, qa());
    },
    deploys: [],
    approves: ["gus", "quinn", "rita"],
    codes: ["no-deployers"],
    says: /less than the role Developer/,
  },
  "nobody is in the rules of both the group and the project": {
    arrange: (world) => {
      world.protect("acme", "production", [{ group: "acme/qa" }]);
      world.protect("acme/shop", "production", [{ user: "olivia" }]);
    },
    deploys: [],
    approves: [],
    codes: ["no-deployers"],
    says: /nobody passes all of them: the rules of group acme let in gus, quinn and rita; the rules of project acme\/shop let in olivia/,
  },
  "the one who deploys is the only one who approves": {
    arrange: (world) => world.protect("acme/shop", "production", [{ user: "dana" }], [{ user: "dana" }]),
    deploys: ["dana"],
    approves: ["dana"],
    codes: ["approvals-unreachable"],
    says: /whoever deploys cannot approve that deployment, and only dana can deploy/,
  },
  "the one who deploys approves alone, as the project allows it": {
    arrange: (world) => {
      world.project("acme/shop").selfApproval = true;
      world.protect("acme/shop", "production", [{ user: "dana" }], [{ user: "dana" }]);
    },
    deploys: ["dana"],
    approves: ["dana"],
    codes: ["hangs-on-one", "one-person-alone", "self-approval"],
    says: /dana can deploy and approve the same deployment alone/,
  },
  "one person is behind two rules": {
    arrange: (world) => {
      for (const name of ["rita", "gus"]) world.removeMember("acme/qa", name);
      world.protect("acme/shop", "production", releasers, [...qa(), { user: "quinn" }]);
    },
    deploys: ["dana", "marge"],
    approves: ["quinn"],
    codes: ["approvals-unreachable"],
    says: /quinn is all who can approve, and one person gives one approval/,
  },
  "two rules share two people": {
    arrange: (world) => {
      world.removeMember("acme/qa", "gus");
      world.protect("acme/shop", "production", releasers, [...qa(), { user: "quinn" }]);
    },
    deploys: ["dana", "marge"],
    approves: ["quinn", "rita"],
    codes: ["hangs-on-one"],
    says: /nothing can be approved without quinn and rita/,
  },
  "only bots approve": {
    arrange: (world) => {
      for (const name of ["quinn", "rita", "gus"]) world.removeMember("acme/qa", name);
      for (const name of BOTS) world.addMember("acme/qa", name, "developer");
      world.protect("acme/shop", "production", releasers, qa());
    },
    deploys: ["dana", "marge"],
    approves: [...BOTS],
    codes: ["bot-approves"],
  },
  "too few approve": {
    arrange: (world) => world.protect("acme/shop", "production", releasers, qa(4)),
    deploys: ["dana", "marge"],
    approves: ["gus", "quinn", "rita"],
    codes: ["approvals-unreachable"],
    says: /4 × group acme\/qa: only 3 people can, and each once/,
  },
  "those who approve are blocked": {
    arrange: (world) => {
      for (const name of ["quinn", "rita", "gus"]) world.user(name).state = "blocked";
      world.protect("acme/shop", "production", releasers, qa());
    },
    deploys: ["dana", "marge"],
    approves: [],
    codes: ["approvals-unreachable", "empty-group"],
    says: /group acme\/qa has no active direct member/,
  },
  "memberships have expired": {
    arrange: (world) => {
      for (const name of ["quinn", "rita", "gus"]) world.removeMember("acme/qa", name);
      world.addMember("acme/qa", "quinn", "developer", "2020-01-01");
      world.protect("acme/shop", "production", releasers, qa());
    },
    deploys: ["dana", "marge"],
    approves: [],
    codes: ["approvals-unreachable", "empty-group"],
  },
  "only inherited members are there, and direct ones count": {
    arrange: (world) => {
      world.addGroup({ path: "acme/qa/leads" });
      world.inviteGroup("acme/shop", "acme/qa/leads", "developer");
      world.protect("acme/shop", "production", releasers, [{ group: "acme/qa/leads" }]);
    },
    deploys: ["dana", "marge"],
    approves: [],
    codes: ["approvals-unreachable", "empty-group"],
  },
  "inherited members count": {
    arrange: (world) => {
      world.addGroup({ path: "acme/qa/leads" });
      world.inviteGroup("acme/shop", "acme/qa/leads", "developer");
      world.protect("acme/shop", "production", releasers, [{ group: "acme/qa/leads", inherited: true }]);
    },
    deploys: ["dana", "marge"],
    approves: ["dana", "devon", "gus", "olivia", "quinn", "rita"],
    codes: [],
  },
  "an old count asks whoever may deploy, once": {
    arrange: (world) => {
      world.protect("acme", "production", releasers);
      world.protect("acme/shop", "production", releasers);
      world.setLegacyApprovalCount("acme", "production", 1);
      world.setLegacyApprovalCount("acme/shop", "production", 1);
    },
    deploys: ["dana", "marge"],
    approves: ["dana", "marge"],
    codes: ["hangs-on-one", "legacy-count", "legacy-count"],
  },
  "an old count beside rules asks for nothing": {
    arrange: (world) => {
      world.protect("acme/shop", "production", releasers, qa(3));
      world.setLegacyApprovalCount("acme/shop", "production", 5);
    },
    deploys: ["dana", "marge"],
    approves: ["gus", "quinn", "rita"],
    codes: ["hangs-on-one", "legacy-count"],
  },
  "only administrators deploy": {
    arrange: (world) => world.protect("acme/shop", "production", [{ role: "admin" }], qa()),
    deploys: [],
    approves: ["gus", "quinn", "rita"],
    codes: ["admins-only"],
    says: /only administrators of the instance can deploy/,
  },
  "nothing protects it": {
    arrange: () => undefined,
    deploys: ["dana", "devon", "gus", "marge", "olivia", "quinn", "rita"],
    approves: [],
    codes: ["unprotected"],
    says: /every Developer of the project \(7 people\) can deploy/,
  },
};
