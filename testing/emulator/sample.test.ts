import { afterEach, expect, it } from "vitest";
import type { Seed } from "./index";
import { acme, Emulator } from "./index";
import { sample } from "./world/sample";

let gitlab: Emulator;
afterEach(() => gitlab.stop());

const people = ({ users }: Seed) => users.filter((user) => !user.admin).map(({ username }) => username);

/** For each rule how many people can give an approval it asks for, beside how many it asks for. */
function approvers(seed: Seed, project: string, environment: string): Record<string, string> {
  const found = new Map<string, { can: number; required: number }>();
  for (const person of people(seed)) {
    const { mayApprove, approvals } = gitlab.world.rights(person, project, environment);
    for (const { place, subject, requiredApprovals } of approvals) {
      const rule = found.get(`${place}: ${subject}`) ?? { can: 0, required: requiredApprovals };
      found.set(`${place}: ${subject}`, { ...rule, can: rule.can + (mayApprove ? 1 : 0) });
    }
  }
  return Object.fromEntries([...found].map(([rule, { can, required }]) => [rule, `${can} for ${required}`]));
}

it("lets the quickstart's production be approved", async () => {
  gitlab = await Emulator.start();
  gitlab.world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }],
    [{ group: "acme/qa", requiredApprovals: 2 }, { user: "dana" }],
  );
  expect(approvers(acme, "acme/shop", "production")).toEqual({
    "acme: QA": "2 for 2",
    "acme: Dana Maintainer": "1 for 1",
  });
});

it("has approvers at globex who see the projects, but for the one that is wrong on purpose", async () => {
  gitlab = await Emulator.start({ seed: sample });
  const production = { "globex: QA": "2 for 2", "globex: Hank Scorpio": "1 for 1" };
  expect(approvers(sample, "globex/shop", "production")).toEqual(production);
  expect(approvers(sample, "globex/api", "production")).toEqual(production);
  // Nobody is a member of the security group.
  expect(approvers(sample, "globex/shop", "eu/production")).toEqual(production);
  expect(gitlab.world.protection("globex/shop", "eu/production")?.approval_rules).toMatchObject([
    { access_level_description: "Security" },
  ]);
  for (const person of ["marge", "hank"])
    expect(gitlab.world.rights(person, "globex/shop", "production").mayDeploy).toBe(true);
});
