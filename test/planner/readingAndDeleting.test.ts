import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";

import type { GitLabError } from "../../provider/gitlab/answer/errors";
import { deleteProtection, readProtection } from "../../provider/lifecycle/access/calls";
import { liveFromWire } from "../../provider/lifecycle/access/state";
import { group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import { DELETE, GET, at, byDana, byQa, dana, maintainers, qa, row, toMaintainers } from "./protection";

let gitlab: FakeGitLab;
beforeEach(() => {
  gitlab = new FakeGitLab();
});

describe("read and delete", () => {
  it("maps drift onto declared order and names, strangers last", async () => {
    gitlab = new FakeGitLab([maintainers, row(4, { access_level: 20, user_id: 8 })], [qa, dana]);
    const state = await stateOf(gitlab, lists(toMaintainers, [byDana, byQa]));
    gitlab.protection!.rules = [row(9, { access_level: 0 }), { ...qa, required_approvals: 3 }, dana];
    const stored = await readProtection(at(gitlab, group), state);
    expect(stored!.deployAccessLevels.at(-1)).toEqual({ userId: 8, id: 4 });
    expect(stored!.approvalRules).toEqual([
      { ...byDana, id: 3 },
      { ...byQa, requiredApprovals: 3, id: 2 },
      { accessLevel: 0, requiredApprovals: 1, id: 9 },
    ]);
  });

  it("calls a protection gone only where the group answers", async () => {
    expect(await readProtection(at(gitlab, group), undefined)).toBeUndefined();
    expect(gitlab.requests).toEqual([GET, "GET /groups/acme"]);
    const blind = new FakeGitLab([maintainers]);
    const state = await stateOf(blind);
    blind.parentAnswers = false;
    await expect(readProtection(at(blind, group), undefined)).rejects.toThrow("cannot see the group acme");
    await expect(deleteProtection(at(blind, group), state)).rejects.toThrow("cannot see the group acme");
  });

  it("deletes by a number with one request, by a path after a look, and accepts that it is gone already", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, DELETE]);
    gitlab.requests.length = 0;
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, "GET /groups/acme"]);
    gitlab = new FakeGitLab([maintainers]);
    await deleteProtection(at(gitlab, { ...group, container: "7" }), state);
    expect(gitlab.requests).toEqual(["DELETE /groups/7/protected_environments/production"]);
  });

  it("asks again after a lost delete, and takes a 404 then for done", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    gitlab.faults = [undefined, "lost-after"];
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, DELETE, DELETE, "GET /groups/acme"]);
    expect(gitlab.protection).toBeUndefined();
  });

  it.each([undefined, null, "<html>", {}, { deploy_access_levels: "x" }, { deploy_access_levels: [null] }])(
    "refuses an answer that is not a protection: %j",
    (answer) => {
      expect(() => liveFromWire(answer as unknown as Parameters<typeof liveFromWire>[0])).toThrow(
        "not a protected environment",
      );
    },
  );
});

describe("an answer of any shape", () => {
  const entry = fc.anything({ withNullPrototype: true });
  const shape = fc.oneof(
    fc.anything(),
    fc.record(
      {
        deploy_access_levels: fc.array(entry),
        approval_rules: fc.array(entry),
        required_approval_count: fc.anything(),
      },
      { requiredKeys: [] },
    ),
    fc.record({
      deploy_access_levels: fc.array(
        fc.record(
          {
            id: fc.integer(),
            user_id: fc.anything(),
            group_id: fc.anything(),
            access_level: fc.anything(),
            required_approvals: fc.anything(),
          },
          { requiredKeys: ["id"] },
        ),
      ),
    }),
  );

  it("is read into whole numbers, or refused with GitLab's typed error", () => {
    fc.assert(
      fc.property(shape, (wire) => {
        try {
          const { deployAccessLevels, approvalRules } = liveFromWire(
            wire as Parameters<typeof liveFromWire>[0],
          );
          for (const { kind: _, ...numbers } of [...deployAccessLevels, ...approvalRules]) {
            expect(Object.values(numbers).every(Number.isSafeInteger)).toBe(true);
          }
        } catch (error) {
          expect((error as GitLabError).kind).toBe("bad-answer");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
