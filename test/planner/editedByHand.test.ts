import { beforeEach, describe, expect, it } from "vitest";

import { deleteProtection, readProtection } from "../../provider/lifecycle/access/calls";
import { updateProtection } from "../../provider/lifecycle/access/reconcile";
import { group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import {
  GET,
  POST,
  PUT,
  at,
  byDana,
  byQa,
  dana,
  maintainers,
  qa,
  row,
  said,
  toMaintainers,
} from "./protection";

let gitlab: FakeGitLab;
beforeEach(() => {
  gitlab = new FakeGitLab();
});

describe("update", () => {
  it("removes a deployer whom the answer shows and nobody declared, at once, with a line that says so", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [...gitlab.protection!.levels, dana];
    const more = lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }]);
    await updateProtection(at(gitlab, group), more, state, false);
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.protection!.levels).toEqual([maintainers]);
    expect(said).toEqual([
      "acme:production: user 7 could deploy without being declared here, and was removed.",
    ]);
  });

  it("leaves a rule that was made by hand, says so, and removes it once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [...gitlab.protection!.rules, dana];
    const opened = lists([{ accessLevel: 30 }], [byQa]);
    const { stored, reasons } = await updateProtection(at(gitlab, group), opened, state, false);
    expect(gitlab.requests).toEqual([GET, PUT]);
    expect(gitlab.protection!.rules).toHaveLength(2);
    expect(reasons).toEqual([]);
    expect(said).toEqual([
      "acme:production: somebody made the approvals stricter by hand (user 7 ×1); it is left as it is, and the next preview shows what changes it.",
    ]);
    expect(stored.approvalRules).toContainEqual({ userId: 7, requiredApprovals: 1, id: 3 });
    await updateProtection(at(gitlab, group), opened, stored, false);
    expect(gitlab.protection!.rules).toMatchObject([{ group_id: 9 }]);
  });

  it("leaves a count that was raised by hand, where a look shows it, and lowers it once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers, row(4, { access_level: 30 })], [qa, row(5, { access_level: 40 })]);
    const declared = lists(toMaintainers, [byQa, { accessLevel: 40 }]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [{ ...qa, required_approvals: 3 }, row(5, { access_level: 40 })];
    const { stored } = await updateProtection(at(gitlab, group), declared, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(said[0]).toContain("stricter by hand (group acme/qa ×3)");
    expect(stored.approvalRules[0]).toMatchObject({ groupPath: "acme/qa", requiredApprovals: 3 });
    await updateProtection(at(gitlab, group), declared, stored, false);
    expect(gitlab.protection!.rules).toMatchObject([{ required_approvals: 1 }, { access_level: 40 }]);
  });

  it.each([
    ["restates its rule", lists([{ accessLevel: 30 }], [{ ...byQa, groupInheritanceType: 1 }])],
    ["counts its direct members only", lists(toMaintainers, [byQa])],
    ["removes another rule", lists(toMaintainers, [{ ...byQa, groupInheritanceType: 1 }])],
  ])(
    "does not lower a count that was raised by hand, but says so, where the update %s",
    async (_, declared) => {
      const before = { ...qa, group_inheritance_type: 1 };
      gitlab = new FakeGitLab([maintainers], [before, dana]);
      const state = await stateOf(gitlab, lists([], [byQa]));
      gitlab.protection!.rules = [{ ...before, required_approvals: 4 }, dana];
      const { stored, reasons } = await updateProtection(at(gitlab, group), declared, state, false);
      expect(gitlab.requests[0]).toBe(GET);
      expect(said).toEqual([expect.stringContaining("stricter by hand (group acme/qa ×4)")]);
      expect(reasons).toEqual([]);
      expect(stored.approvalRules).toEqual([expect.objectContaining({ id: 2, requiredApprovals: 4 })]);
      expect(gitlab.protection!.rules).toMatchObject([{ id: 2, required_approvals: 4 }]);
      await updateProtection(at(gitlab, group), declared, stored, false);
      expect(gitlab.protection!.rules).toMatchObject([{ id: 2, required_approvals: 1 }]);
    },
  );

  it("does not look where it only makes stricter, and does not count members again who were shut out by hand", async () => {
    const inherited = { ...qa, group_inheritance_type: 1 };
    gitlab = new FakeGitLab([maintainers], [inherited]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [qa];
    const twice = lists(toMaintainers, [{ ...byQa, groupInheritanceType: 1, requiredApprovals: 2 }]);
    const { stored } = await updateProtection(at(gitlab, group), twice, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(gitlab.protection!.rules).toEqual([{ ...qa, required_approvals: 2 }]);
    expect(stored.approvalRules).toMatchObject([{ groupInheritanceType: 0, requiredApprovals: 2 }]);
    expect(said).toEqual([expect.stringContaining("stricter by hand")]);
  });

  it("does not let in again who was shut out by hand, says so, and does once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers, dana], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [maintainers];
    const declared = lists(
      [{ accessLevel: 40 }, { username: "dana", userId: 7 }],
      [{ ...byQa, requiredApprovals: 2 }],
    );
    const { stored, reasons } = await updateProtection(at(gitlab, group), declared, state, false);
    expect([gitlab.requests, reasons]).toEqual([[PUT], []]);
    expect(said).toEqual([expect.stringContaining("user dana can no longer deploy")]);
    expect(stored.deployAccessLevels).toEqual([{ accessLevel: 40, id: 1 }]);
    await updateProtection(at(gitlab, group), declared, stored, false);
    expect(gitlab.protection!.levels).toHaveLength(2);
  });

  it("asks again for a rule that stays and was removed by hand, before it weakens", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [dana];
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), state, false);
    expect(gitlab.requests).toEqual([GET, PUT, PUT]);
    expect(gitlab.protection!.rules).toMatchObject([{ group_id: 9 }]);
    expect(gitlab.protection!.rules).toHaveLength(1);
  });

  it("asks again also where GitLab leaves that rule out, as its user is no longer a member, and removes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [qa];
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(reasons).toEqual([expect.stringContaining("GitLab left user dana out of approvalRules")]);
    expect(gitlab.protection!.rules).toEqual([qa]);
  });

  it("plans again from a GET when an id in state is stale", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [{ ...qa, id: 77 }];
    await updateProtection(at(gitlab, group), lists(toMaintainers), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(gitlab.protection!.rules).toEqual([]);
  });

  it("protects again what somebody unprotected", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection = undefined;
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, POST]);
    expect(gitlab.protection).toMatchObject({ rules: [{ group_id: 9 }, { user_id: 7 }] });
  });

  it("fills a list of deployers that GitLab emptied when a member left", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [];
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT, PUT]);
    expect(gitlab.protection!.levels).toMatchObject([{ access_level: 40 }]);
    expect(said).toEqual([]);
  });

  it("gives up where somebody keeps adding entries, and says so", async () => {
    gitlab = new FakeGitLab([maintainers], []);
    const state = await stateOf(gitlab);
    let next = 500;
    gitlab.meanwhile = (request) => {
      if (request === PUT)
        gitlab.protection!.levels = [...gitlab.protection!.levels, { ...dana, id: next++ }];
    };
    const { reasons } = await updateProtection(at(gitlab, group), lists([{ accessLevel: 30 }]), state, false);
    expect(reasons).toEqual([expect.stringContaining("somebody else is editing them")]);
    expect(gitlab.requests).toHaveLength(5);
  });

  it.each([
    ["the same deployers", [row(71, { access_level: 40 })], [], lists(toMaintainers, [byQa])],
    ["others", [row(71, { access_level: 30 })], [], lists(toMaintainers, [byQa])],
    [
      "the same deployers and rule",
      [row(71, { access_level: 40 })],
      [row(72, { group_id: 9 })],
      lists([{ accessLevel: 30 }], [byQa]),
    ],
    ["none of its own left", [row(71, { access_level: 40 })], [], lists([{ groupId: 3 }])],
  ])(
    "changes nothing where the path leads to another protection by now, that of %s",
    async (_, levels, rules, declared) => {
      gitlab = new FakeGitLab(
        [maintainers],
        declared.approvalRules.length > 0 && rules.length > 0 ? [qa] : [],
      );
      const state = await stateOf(gitlab);
      gitlab.protection = new FakeGitLab(levels, rules).protection;
      await expect(updateProtection(at(gitlab, group), declared, state, false)).rejects.toThrow(
        "not one entry of this protection is known here",
      );
      expect([gitlab.protection!.levels, gitlab.protection!.rules]).toEqual([levels, rules]);
    },
  );

  it("refuses to go on where not one entry is known any more, and changes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection = new FakeGitLab(
      [row(71, { access_level: 40 })],
      [row(72, { group_id: 10 })],
    ).protection;
    await expect(
      updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), state, false),
    ).rejects.toThrow(
      "acme is another group now. Nothing was changed. If it is the right one, `pulumi refresh`",
    );
    expect(gitlab.protection!.rules).toHaveLength(1);
    await expect(deleteProtection(at(gitlab, group), state)).rejects.toThrow("It was not deleted.");
    const refreshed = await readProtection(at(gitlab, group), state);
    expect(said).toEqual([expect.stringContaining("every entry has another id than before")]);
    expect(await deleteProtection(at(gitlab, group), refreshed!)).toBe("deleted");
  });
});
