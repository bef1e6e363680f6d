import { expect, it } from "vitest";

import * as gitlab from "../../provider";
import { functionBench } from "./bench";

const bench = functionBench();

it("says who can deploy and approve, by people, for a project", async () => {
  const { world } = bench.gitlab;
  world.addEnvironment("acme/shop", "production");
  world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }],
    [{ role: "maintainer", requiredApprovals: 5 }],
  );
  const [one, ...others] = await gitlab.getEffectiveAccess({
    project: "acme/shop",
    environment: "production",
    tier: "production",
  });
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    project: "acme/shop",
    environment: "production",
    protected: true,
    rulesReadable: true,
    requiredApprovals: 5,
    approvals: [{ kind: "role", name: "Maintainers and above", rulesOf: "acme", required: 5 }],
    selfApproval: false,
    approvalsUnreachable: true,
    nobodyDeploys: false,
  });
  const able = ["olivia", "dana", "devon", "quinn", "rita"].filter(
    (name) => world.rights(name, "acme/shop", "production").mayDeploy,
  );
  expect(one?.deployers?.people).toEqual(expect.arrayContaining(able));
  expect(bench.log().every((line) => line.startsWith("GET "))).toBe(true);
});

it("asks for a group or a project before anything is sent", async () => {
  await expect(gitlab.getEffectiveAccess({})).rejects.toThrow("group or project is needed");
  await expect(gitlab.getEffectiveAccess({ group: "acme", project: "acme/shop" })).rejects.toThrow(
    "only one",
  );
  await expect(gitlab.getEffectiveAccess({ group: "acme", tier: "prod" as never })).rejects.toThrow("tier");
  expect(bench.log()).toEqual([]);
});
