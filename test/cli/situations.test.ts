import { afterEach, describe, expect, it } from "vitest";

import { buildMatrix } from "../../provider/cli/matrix/build";
import type { Matrix } from "../../provider/cli/matrix/model";
import { collectFacts } from "../../provider/effective/collect";
import { clientFor } from "../../provider/gitlab/connection/clients";
import { TIERS } from "../../provider/lifecycle/environment/tiers";
import type { Emulator } from "../../testing/emulator";
import { BOTS, company, PEOPLE, releasers, SITUATIONS } from "./situations";

let gitlab: Emulator | undefined;
afterEach(() => gitlab?.stop());

async function matrixOf({ url, token }: Emulator): Promise<Matrix> {
  const env = { GITLAB_BASE_URL: url, GITLAB_TOKEN: token };
  const client = clientFor(undefined, { get: () => undefined }, env);
  const scope = { group: "acme", projects: [] };
  const facts = await collectFacts(client, { scope, step: () => undefined, now: new Date() });
  return buildMatrix(facts, { tiers: TIERS, production: { also: [], never: [] } });
}

/** Everybody tries; what GitLab answers is the truth. */
async function actedOut(emulator: Emulator): Promise<{ deploys: string[]; approves: string[] }> {
  const project = emulator.world.project("acme/shop");
  const path = `/projects/${project.id}/deployments`;
  const deploys: string[] = [];
  const approves: string[] = [];
  for (const username of [...PEOPLE, ...BOTS]) {
    if (emulator.world.user(username).state !== "active") continue;
    const sha = project.branches.get("main");
    const body = { environment: "production", ref: "main", sha, tag: false, status: "running" };
    if ((await emulator.api("POST", path, body, username)).status === 201) deploys.push(username);
    const { id } = emulator.world.blockDeployment("acme/shop", { environment: "production", user: "root" });
    const answer = await emulator.api("POST", `${path}/${id}/approval`, { status: "approved" }, username);
    if (answer.status === 201) approves.push(username);
  }
  return { deploys: deploys.sort(), approves: approves.sort() };
}

function told({ facts, rows, findings }: Matrix) {
  const [row] = rows;
  const names = (ids: readonly number[]) => ids.map((id) => facts.people.get(id)?.username ?? "");
  const all = (who: { people: readonly number[]; bots: readonly number[] } | undefined) =>
    who === undefined ? [] : names([...who.people, ...who.bots]);
  return {
    deploys: all(row?.answer.deployers).sort(),
    approves: [...new Set(row?.answer.approvals.flatMap(({ who }) => all(who)))].sort(),
    codes: findings.map(({ code }) => code).sort(),
    reasons: findings.map(({ reason }) => reason).join("\n"),
  };
}

describe("what people find out by trying is what the matrix says", () => {
  it.each(Object.entries(SITUATIONS))("%s", async (_name, { arrange, deploys, approves, codes, says }) => {
    gitlab = await company();
    arrange(gitlab.world);
    const { reasons, ...said } = told(await matrixOf(gitlab));
    expect(await actedOut(gitlab)).toEqual({ deploys, approves });
    expect(said).toEqual({ deploys, approves, codes });
    if (says !== undefined) expect(reasons).toMatch(says);
  });

  it("a private group is named where it is invited, and what it means is said to be unknown", async () => {
    gitlab = await company();
    const { world } = gitlab;
    world.addMember("partner", "gus", "owner");
    world.inviteGroup("acme/shop", "partner", "developer");
    world.protect("acme/shop", "production", releasers, [{ group: "partner" }]);
    const matrix = await matrixOf({
      ...gitlab,
      url: gitlab.url,
      token: gitlab.tokenFor("olivia"),
    } as Emulator);
    expect(matrix.rows[0]?.answer.approvals[0]?.subject?.name).toBe("partner");
    expect(matrix.findings.map(({ code }) => code)).toEqual(["people-unknown"]);
    expect(matrix.findings[0]?.reason).toContain("who is behind group partner");
  });
});
