import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import type { RoleName, Seed, Subject } from "./index";
import { Emulator } from "./index";

const people = ["ann", "ben", "cid", "dot", "eve"];
const roleNames: readonly RoleName[] = ["guest", "reporter", "developer", "maintainer", "owner"];
const groups = ["top", "top/team", "top/qa", "side"];
const environments = ["production", "staging/eu", "odd"];

const role = fc.constantFrom(...roleNames);
const membership = fc.dictionary(fc.constantFrom(...people), role, { maxKeys: 3 });
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({ role: fc.constantFrom("reporter", "developer", "maintainer", "admin" as const) }),
  fc.record({ user: fc.constantFrom(...people) }),
  fc.record({ group: fc.constantFrom(...groups), inherited: fc.boolean() }),
);
const protection = fc.record({
  deploy: fc.array(subject, { maxLength: 3 }),
  approve: fc.array(subject, { maxLength: 3 }),
  count: fc.constantFrom(0, 0, 0, 1, 2),
});

const worlds = fc.record({
  members: fc.tuple(...groups.map(() => membership)),
  projectMembers: membership,
  invited: fc.dictionary(fc.constantFrom("top/qa", "side"), role),
  shared: fc.dictionary(fc.constantFrom("side"), role),
  onGroup: fc.dictionary(fc.constantFrom("production", "staging", "other"), protection),
  onTeam: fc.dictionary(fc.constantFrom("production", "other"), protection, { maxKeys: 1 }),
  onProject: fc.dictionary(fc.constantFrom(...environments), protection),
  project: fc.record({
    selfApproval: fc.boolean(),
    visibility: fc.constantFrom("private", "private", "internal", "public"),
    archived: fc.constantFrom(false, false, false, false, true),
    ciEnabled: fc.constantFrom(true, true, true, true, true, false),
    environmentsEnabled: fc.constantFrom(true, true, true, true, true, false),
  }),
  expired: fc.option(fc.constantFrom(...people)),
  blocked: fc.option(fc.constantFrom(...people)),
  admin: fc.option(fc.constantFrom(...people)),
});
type Plan = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

const project = "top/team/app";

let gitlab: Emulator | undefined;
afterEach(async () => {
  await gitlab?.stop();
  gitlab = undefined;
});

async function build(plan: Plan): Promise<Emulator> {
  const seed: Seed = {
    defaultUser: "root",
    users: [
      { username: "root", admin: true },
      ...people.map((username) => ({ username, admin: plan.admin === username })),
    ],
    groups: groups.map((path, i) => ({
      path,
      members: plan.members[i] ?? {},
      ...(path === "top" && { sharedWith: plan.shared }),
    })),
    projects: [{ path: project, ...plan.project, members: plan.projectMembers, invited: plan.invited }],
  };
  const built = await Emulator.start({ seed, switches: { workers: "manual" } });
  const { world } = built;
  for (const name of environments) world.addEnvironment(project, name);
  for (const [place, protections] of [
    ["top", plan.onGroup],
    ["top/team", plan.onTeam],
    [project, plan.onProject],
  ] as const) {
    for (const [name, { deploy, approve, count }] of Object.entries(protections)) {
      world.protect(place, name, [{ role: "maintainer" }]);
      // By hand, so that strangers are among them and nothing is dropped.
      for (const each of deploy) world.addStrangerEntry(place, name, each);
      for (const each of approve) world.addStrangerEntry(place, name, each, "rules");
      if (deploy.length > 0)
        world.removeEntry(place, name, world.protection(place, name)?.deploy_access_levels[0]?.id ?? 0);
      if (count > 0) world.setLegacyApprovalCount(place, name, count);
    }
  }
  if (plan.expired !== null) {
    for (const row of world.store.members.where("user", world.user(plan.expired).id))
      row.expiresAt = "2020-01-01";
  }
  return built;
}

/** What the endpoints do, acted out by the person. */
async function actedOut(built: Emulator, person: string, environment: string) {
  const { world } = built;
  const path = `/projects/${world.project(project).id}/deployments`;
  const approve = async (owner: string) => {
    const { id } = world.blockDeployment(project, { environment, user: owner });
    return (await built.api("POST", `${path}/${id}/approval`, { status: "approved" }, person)).status === 201;
  };
  const deployment = { environment, ref: "main", sha: "main", tag: false, status: "running" };
  return {
    mayDeploy: (await built.api("POST", path, deployment, person)).status === 201,
    mayApprove: await approve("root"),
    mayApproveOwn: await approve(person),
  };
}

it("says of a person what the endpoints then do", async () => {
  let granted = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (plan) => {
      gitlab = await build(plan);
      for (const person of people) await gitlab.api("GET", "/user", undefined, person);
      if (plan.blocked !== null) gitlab.world.blockUser(plan.blocked);
      for (const person of people) {
        for (const environment of [...environments, "made-by-the-deployment"]) {
          const said = gitlab.world.rights(person, project, environment);
          const { mayDeploy, mayApprove, mayApproveOwn } = said;
          const done = await actedOut(gitlab, person, environment);
          expect({ person, environment, mayDeploy, mayApprove, mayApproveOwn }).toEqual({
            person,
            environment,
            ...done,
          });
          const passed = Object.values(done).filter(Boolean).length;
          granted += passed;
          refused += 3 - passed;
        }
      }
      await gitlab.stop();
      gitlab = undefined;
    }),
    { numRuns: 15 },
  );
  // A world in which everything is refused would prove nothing.
  expect(granted).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});

it("names the entries, and what stands in the way", async () => {
  gitlab = await Emulator.start();
  const { world } = gitlab;
  world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }, { group: "acme/release" }],
    [{ group: "acme/qa", requiredApprovals: 2 }],
  );
  expect(world.rights("dana", "acme/shop", "production")).toMatchObject({
    mayDeploy: true,
    passages: [
      { place: "acme", name: "production", through: [{ subject: "Maintainers" }, { subject: "Release" }] },
    ],
    mayApprove: false,
    approveShut: "rules",
  });
  expect(world.rights("quinn", "acme/shop", "production")).toMatchObject({
    mayDeploy: false,
    deployShut: "rules",
    mayApprove: true,
    mayApproveOwn: false,
    approvals: [{ subject: "QA", place: "acme", name: "production", requiredApprovals: 2 }],
  });
  // The approvers' group cannot see this project.
  expect(world.rights("quinn", "acme/api", "production")).toMatchObject({
    mayApprove: false,
    approveShut: "hidden",
    approvals: [{ subject: "QA" }],
  });
  expect(world.rights("gus", "acme/shop", "staging")).toMatchObject({
    mayDeploy: false,
    deployShut: "role",
    approveShut: "role",
    passages: [],
  });
  expect(world.rights("dana", "acme/shop", "staging").approveShut).toBe("no approvals");
});
