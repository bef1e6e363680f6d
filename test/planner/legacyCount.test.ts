import { beforeEach, describe, expect, it } from "vitest";

import { createProtection, updateProtection } from "../../provider/lifecycle/access/reconcile";
import { group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import { GET, POST, at, byQa, maintainers, project, row, said, toMaintainers } from "./protection";

let gitlab: FakeGitLab;
beforeEach(() => {
  gitlab = new FakeGitLab();
});

describe("update", () => {
  it("stops before it erases a legacy count that no rule takes the place of", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const state = await stateOf(gitlab);
    await expect(
      updateProtection(at(gitlab, group), lists([{ accessLevel: 30 }]), state, false),
    ).rejects.toThrow("acme:production still has the legacy required_approval_count 2");
    await expect(createProtection(at(gitlab, group), lists(toMaintainers), true)).rejects.toThrow("legacy");
    expect(gitlab.requests).toEqual([GET, POST, GET]);
    const byRole = lists(toMaintainers, [{ accessLevel: 40, requiredApprovals: 2 }]);
    const { stored } = await updateProtection(at(gitlab, group), byRole, state, false);
    expect(stored.requiredApprovalCount).toBe(0);
  });

  it("keeps a legacy count where the rules in its place are of a kind that GitLab may drop", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const state = await stateOf(gitlab);
    const mixed = lists(toMaintainers, [byQa, { accessLevel: 40 }]);
    for (const declared of [lists(toMaintainers, [byQa]), mixed]) {
      const refused = "First declare only rules for access levels";
      await expect(updateProtection(at(gitlab, group), declared, state, false)).rejects.toThrow(refused);
      await expect(createProtection(at(gitlab, group), declared, "overwrite")).rejects.toThrow(refused);
    }
    expect(gitlab.legacyCount).toBe(2);
  });

  it("does not end a project's legacy count by some of the rules that take its place: the first of them ends it", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 3;
    const state = await stateOf(gitlab);
    const mixed = lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }, { accessLevel: 40 }]);
    const refused = "it stops counting with the first rule";
    await expect(updateProtection(at(gitlab, project), mixed, state, false)).rejects.toThrow(refused);
    await expect(createProtection(at(gitlab, project), mixed, "overwrite")).rejects.toThrow(refused);
    expect(gitlab.protection!.rules).toEqual([]);
    const one = lists(toMaintainers, [{ ...byQa, requiredApprovals: 3 }]);
    expect((await updateProtection(at(gitlab, project), one, state, false)).reasons).toEqual([]);
  });

  it.each([group, project])(
    "keeps a legacy count where inherited members are to be shut out at the same time, which GitLab may leave out, $level",
    async (target) => {
      gitlab = new FakeGitLab([row(1, { group_id: 9, group_inheritance_type: 1 })]);
      gitlab.legacyCount = 2;
      const state = await stateOf(gitlab);
      const byRole = [{ accessLevel: 40, requiredApprovals: 2 }];
      const both = lists([{ groupPath: "acme/qa", groupId: 9, groupInheritanceType: 0 }], byRole);
      const refused = "First declare the rules, with `groupInheritanceType` in `deployAccessLevels` as it is";
      await expect(updateProtection(at(gitlab, target), both, state, false)).rejects.toThrow(refused);
      await expect(createProtection(at(gitlab, target), both, "overwrite")).rejects.toThrow(refused);
      expect([gitlab.legacyCount, gitlab.protection!.rules]).toEqual([2, []]);
      const rulesFirst = lists([{ groupPath: "acme/qa", groupId: 9, groupInheritanceType: 1 }], byRole);
      const first = await updateProtection(at(gitlab, target), rulesFirst, state, false);
      const second = await updateProtection(at(gitlab, target), both, first.stored, false);
      expect([first.reasons, second.reasons]).toEqual([[], []]);
    },
  );

  it.each([group, project])(
    "does not take over a higher legacy count with fewer approvals, $level",
    async (target) => {
      gitlab = new FakeGitLab([maintainers]);
      gitlab.legacyCount = 3;
      const twice = lists(toMaintainers, [{ accessLevel: 40, requiredApprovals: 2 }]);
      await expect(createProtection(at(gitlab, target), twice, true)).rejects.toThrow(
        "Taking it over would mean: − the legacy count of 3 (weaker)",
      );
      await createProtection(at(gitlab, target), twice, "overwrite");
      expect(said).toEqual([expect.stringContaining("+ maintainers ×2, − the legacy count of 3 (weaker)")]);
    },
  );

  it("leaves a project's legacy count alone, as its PUT does", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const { stored } = await updateProtection(
      at(gitlab, project),
      lists([{ accessLevel: 30 }]),
      await stateOf(gitlab),
      false,
    );
    expect(stored.requiredApprovalCount).toBe(2);
  });
});
