import fc from "fast-check";

import { Emulator } from "../../testing/emulator";

const ROLES = ["guest", "planner", "reporter", "developer", "maintainer", "owner"] as const;
const GROUPS = ["acme", "acme/a", "acme/a/b", "acme/c", "outside", "outside/in"] as const;
const PROJECTS = ["acme/shop", "acme/a/api", "acme/a/b/deep"] as const;
const PEOPLE = ["u0", "u1", "u2", "u3", "u4", "u5"] as const;
export const ENVIRONMENTS = {
  production: "production",
  staging: "staging",
  "review/x": "development",
} as const;

const role = fc.constantFrom(...ROLES);
/** Over, today's last day, or not yet. */
const expiry = fc.constantFrom(null, null, null, "2020-01-01", "2999-01-01");
const place = fc.constantFrom(...GROUPS, ...PROJECTS);
const subject = fc.oneof(
  fc.record({ role: fc.constantFrom("reporter", "developer", "maintainer", "admin") }),
  fc.record({ user: fc.constantFrom(...PEOPLE, "root") }),
  fc.record({ group: fc.constantFrom(...GROUPS), inherited: fc.boolean() }),
);
const rule = fc
  .tuple(subject, fc.integer({ min: 1, max: 3 }))
  .map(([who, requiredApprovals]) => ({ ...who, requiredApprovals }));
const lists = {
  deploy: fc.array(subject, { maxLength: 3 }),
  approve: fc.array(rule, { maxLength: 2 }),
  legacy: fc.constantFrom(0, 0, 0, 1, 2),
};

/** A company as somebody might have grown it: roles by every way, rules on both levels, people who left. */
export const world = fc.record({
  blocked: fc.subarray([...PEOPLE]),
  bots: fc.subarray([...PEOPLE], { maxLength: 2 }),
  members: fc.uniqueArray(fc.tuple(place, fc.constantFrom(...PEOPLE), role, expiry), {
    maxLength: 14,
    selector: ([where, who]) => `${where} ${who}`,
  }),
  shares: fc.uniqueArray(fc.tuple(place, fc.constantFrom(...GROUPS), role, expiry), {
    maxLength: 5,
    selector: ([where, who]) => `${where} ${who}`,
  }),
  ofGroups: fc.uniqueArray(
    fc.record({
      place: fc.constantFrom(...GROUPS),
      name: fc.constantFrom("production", "staging"),
      ...lists,
    }),
    { maxLength: 3, selector: (each) => `${each.place} ${each.name}` },
  ),
  ofProjects: fc.uniqueArray(
    fc.record({
      place: fc.constantFrom(...PROJECTS),
      name: fc.constantFrom("production", "review/x"),
      ...lists,
    }),
    { maxLength: 3, selector: (each) => `${each.place} ${each.name}` },
  ),
  selfApproval: fc.subarray([...PROJECTS]),
  internal: fc.subarray([...PROJECTS], { maxLength: 1 }),
});
export type WorldPlan = typeof world extends fc.Arbitrary<infer T> ? T : never;

export async function startWorld(plan: WorldPlan): Promise<Emulator> {
  const gitlab = await Emulator.start({
    seed: {
      defaultUser: "root",
      users: [
        { username: "root", admin: true },
        ...PEOPLE.map((username) => ({
          username,
          bot: plan.bots.includes(username),
          state: plan.blocked.includes(username) ? ("blocked" as const) : ("active" as const),
        })),
      ],
      groups: GROUPS.map((path) => ({ path })),
      projects: PROJECTS.map((path) => ({
        path,
        selfApproval: plan.selfApproval.includes(path),
        visibility: plan.internal.includes(path) ? ("internal" as const) : ("private" as const),
        environments: Object.fromEntries(Object.keys(ENVIRONMENTS).map((name) => [name, {}])),
      })),
    },
  });
  const { world: back } = gitlab;
  for (const [where, who, as, until] of plan.members) back.addMember(where, who, as, until);
  for (const [where, who, as, until] of plan.shares) {
    if (where === who) continue;
    if ((PROJECTS as readonly string[]).includes(where)) back.inviteGroup(where, who, as, until);
    else back.shareGroup(where, who, as, until);
  }
  for (const { place: where, name, deploy, approve, legacy } of [...plan.ofGroups, ...plan.ofProjects]) {
    back.protect(where, name, [{ role: "maintainer" }]);
    const [made] = back.protection(where, name)?.deploy_access_levels ?? [];
    for (const each of deploy) back.addStrangerEntry(where, name, each);
    for (const each of approve) back.addStrangerEntry(where, name, each, "rules");
    if (legacy > 0) back.setLegacyApprovalCount(where, name, legacy);
    if (made !== undefined) back.removeEntry(where, name, made.id);
  }
  return gitlab;
}

export const everybody = PEOPLE;
