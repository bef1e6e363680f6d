import { beforeEach, describe, expect, it } from "vitest";

import { updateProtection } from "../../provider/lifecycle/access/reconcile";
import { group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import { GET, PUT, at, byDana, byQa, dana, maintainers, qa, row, toMaintainers } from "./protection";

let gitlab: FakeGitLab;
beforeEach(() => {
  gitlab = new FakeGitLab();
});

describe("update", () => {
  it("sends nothing when state and declaration agree", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([]);
  });

  it("adds, changes and removes in one PUT where nothing that could be dropped is added, after a look where a rule is restated", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    await updateProtection(
      at(gitlab, group),
      lists([{ accessLevel: 30 }], [byQa, { accessLevel: 40 }]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([GET, PUT]);
    expect(gitlab.protection!.rules).toHaveLength(2);
  });

  it("removes in a second PUT where a user or group was added", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byDana]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.bodies.slice(-1)).toEqual([
      {
        approval_rules: [
          { id: 1000, access_level: null, group_inheritance_type: 0, required_approvals: 1 },
          { id: 2, _destroy: true, group_id: 9 },
        ],
      },
    ]);
  });

  it("removes nothing when an added rule was dropped", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab, lists([], [byQa]));
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT]);
    expect(reasons).toHaveLength(1);
    expect(stored.approvalRules).toEqual([
      { groupId: 9, groupInheritanceType: 0, requiredApprovals: 1, id: 2 },
    ]);
  });

  it("names by its id an entry that stays where it only adds, so that GitLab refuses it elsewhere", async () => {
    gitlab = new FakeGitLab([row(5, { user_id: 8 }), maintainers], []);
    const state = await stateOf(gitlab);
    const declared = lists([{ userId: 8 }, { accessLevel: 40 }], [byQa]);
    await updateProtection(at(gitlab, group), declared, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(gitlab.bodies.at(-1)).toEqual({
      deploy_access_levels: [{ id: 1 }],
      approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 1 }],
    });
    expect(gitlab.protection!.levels).toContainEqual(maintainers);
  });

  it.each(["lost-after", "lost-before", "500-after"] as const)(
    "never duplicates an entry after: %s",
    async (fault) => {
      gitlab = new FakeGitLab([maintainers], [qa]);
      const state = await stateOf(gitlab);
      gitlab.faults = [fault];
      await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
      expect(gitlab.requests).toEqual(fault === "lost-before" ? [PUT, GET, PUT] : [PUT, GET]);
      expect(gitlab.protection!.rules).toHaveLength(2);
    },
  );

  it("keeps in state what the first PUT did when the second fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = [undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(reasons).toEqual(["connection refused."]);
    expect(stored.approvalRules.map((rule) => rule.id)).toEqual([1000, 2]);
    gitlab.requests.length = 0;
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byDana]), stored, false);
    expect(gitlab.requests).toEqual([GET, PUT]);
  });

  it("keeps in state what a lost PUT did when the next one fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = ["lost-after", undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(reasons).toEqual(["connection refused."]);
    expect(stored.approvalRules.map((rule) => rule.id)).toEqual([1000, 2]);
  });
});
