import fc from "fast-check";
import { expect, it } from "vitest";

import { answersOf, type Row } from "../../provider/effective/answer";
import { collectFacts } from "../../provider/effective/collect";
import { seated } from "../../provider/effective/matching";
import { clientFor } from "../../provider/gitlab/connection/clients";
import type { Emulator } from "../../testing/emulator";
import { everybody, startWorld, world } from "./worlds";

async function rowsOf(gitlab: Emulator): Promise<Row[]> {
  const env = { GITLAB_BASE_URL: gitlab.url, GITLAB_TOKEN: gitlab.token };
  const client = clientFor(undefined, { get: () => undefined }, env);
  const now = new Date();
  return answersOf(
    await collectFacts(client, { scope: { group: "acme", projects: [] }, step: () => undefined, now }),
  );
}

function can(row: Row, id: number) {
  const { deployers, approvals } = row.answer;
  const among = (who: Row["answer"]["deployers"]) =>
    who !== undefined && [...who.people, ...who.bots].includes(id);
  return { deploy: among(deployers), approve: approvals.filter(({ who }) => among(who)).length };
}

it("says of each person what GitLab's endpoints then do, in any company", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (plan) => {
      const gitlab = await startWorld(plan);
      try {
        const rows = await rowsOf(gitlab);
        expect(rows).toHaveLength(9);
        for (const row of rows) {
          for (const username of everybody) {
            const rights = gitlab.world.rights(username, row.project.path, row.environment.name);
            const expected = {
              deploy: rights.mayDeploy,
              approve: !rights.mayApprove ? 0 : Math.max(1, rights.approvals.length),
            };
            expect({
              username,
              at: row.environment.name,
              in: row.project.path,
              ...can(row, gitlab.world.user(username).id),
            }).toEqual({
              username,
              at: row.environment.name,
              in: row.project.path,
              ...expected,
            });
          }
        }
      } finally {
        await gitlab.stop();
      }
    }),
    { numRuns: 60 },
  );
});

it("agrees with the deployments and approvals themselves", async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.constantFrom(...everybody), fc.boolean(), async (plan, username, own) => {
      const gitlab = await startWorld(plan);
      try {
        const id = gitlab.world.user(username).id;
        for (const row of (await rowsOf(gitlab)).filter(
          ({ environment }) => environment.name === "production",
        )) {
          const { path } = row.project;
          const project = gitlab.world.project(path);
          const base = `/projects/${project.id}/deployments`;
          const body = {
            environment: "production",
            ref: "main",
            sha: project.branches.get("main"),
            tag: false,
            status: "running",
          };
          const deployed = await gitlab.api("POST", base, body, username);
          expect([path, "deploy", deployed.status === 201]).toEqual([path, "deploy", can(row, id).deploy]);

          const waiting = gitlab.world.blockDeployment(path, {
            environment: "production",
            user: own ? username : "root",
          });
          const approved = await gitlab.api(
            "POST",
            `${base}/${waiting.id}/approval`,
            { status: "approved" },
            username,
          );
          const allowed = can(row, id).approve > 0 && (!own || row.project.selfApproval === true);
          expect([path, "approve", approved.status === 201]).toEqual([path, "approve", allowed]);
        }
      } finally {
        await gitlab.stop();
      }
    }),
    { numRuns: 40 },
  );
});

it("seats people wherever there is any way to, one seat each", () => {
  const seats = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), { maxLength: 5 });
  const anyWay = (rest: readonly (readonly number[])[], taken: readonly number[]): boolean => {
    const [seat, ...others] = rest;
    if (seat === undefined) return true;
    return seat.some((id) => !taken.includes(id) && anyWay(others, [...taken, id]));
  };
  fc.assert(
    fc.property(seats, fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }), (places, absent) => {
      const way = seated(
        places.map((ids) => new Set(ids)),
        new Set(absent),
      );
      expect(way !== undefined).toBe(anyWay(places, absent));
      if (way === undefined) return;
      expect(new Set(way.values()).size).toBe(places.length);
      for (const [id, seat] of way)
        expect([places[seat]?.includes(id), absent.includes(id)]).toEqual([true, false]);
    }),
  );
});
