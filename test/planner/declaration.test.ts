import { describe, expect, it } from "vitest";
import { type Declaration, resolveNames, sameSet } from "../../provider/lifecycle/access/declaration";
import { type StoredEntry, toDeclared } from "../../provider/lifecycle/access/state";
import { describeChange } from "../../provider/lifecycle/access/ruleChanges";
import { UNKNOWN } from "../../provider/fields/unknowns";

const dana: StoredEntry = { username: "dana", userId: 7, requiredApprovals: 1, id: 1 };
const qa: StoredEntry = {
  groupPath: "acme/qa",
  groupId: 9,
  groupInheritanceType: 0,
  requiredApprovals: 2,
  id: 2,
};
const maintainers: StoredEntry = { accessLevel: 40, requiredApprovals: 1, id: 3 };
const stored = [dana, qa, maintainers];

describe("the same set", () => {
  it.each([
    [
      "reordered",
      [{ accessLevel: 40 }, { username: "dana" }, { groupPath: "acme/qa", requiredApprovals: 2 }],
    ],
    ["by ids instead of names", [{ userId: 7 }, { groupId: 9, requiredApprovals: 2 }, { accessLevel: 40 }]],
    [
      "in another case",
      [{ username: "Dana" }, { groupPath: "Acme/qa", requiredApprovals: 2 }, { accessLevel: 40 }],
    ],
  ])("is no change: %s", (_, now) => {
    expect(sameSet(stored, now)).toBe(true);
  });

  it.each([
    ["one fewer", [{ accessLevel: 40 }, { username: "dana" }]],
    [
      "another count",
      [{ accessLevel: 40 }, { username: "dana" }, { groupPath: "acme/qa", requiredApprovals: 3 }],
    ],
    [
      "another inheritance",
      [{ accessLevel: 40 }, { userId: 7 }, { groupId: 9, groupInheritanceType: 1, requiredApprovals: 2 }],
    ],
    [
      "another subject",
      [{ accessLevel: 40 }, { username: "erin" }, { groupPath: "acme/qa", requiredApprovals: 2 }],
    ],
    ["one subject twice under two names", [{ username: "dana" }, { userId: 7 }, { accessLevel: 40 }]],
  ])("is not: %s", (_, now) => {
    expect(sameSet(stored, now)).toBe(false);
  });
});

describe("names", () => {
  const asked: string[] = [];
  const lookup = {
    userId: async (name: string) => (asked.push(name), 7),
    groupId: async (path: string) => (asked.push(path), 9),
  };

  it("are looked up only when they are new, whichever list knew them", async () => {
    asked.length = 0;
    const news: Declaration = {
      deployAccessLevels: [{ groupPath: "acme/qa" }, { username: "erin" }],
      approvalRules: [{ username: "Dana" }],
    };
    const known = { deployAccessLevels: [], approvalRules: stored };
    expect(await resolveNames(news, known, lookup)).toEqual({
      deployAccessLevels: [
        { groupPath: "acme/qa", groupId: 9 },
        { username: "erin", userId: 7 },
      ],
      approvalRules: [{ username: "Dana", userId: 7 }],
    });
    expect(asked).toEqual(["erin"]);
  });

  it("are refused where two of them are the same person", async () => {
    const news = { deployAccessLevels: [{ accessLevel: 40 }, { userId: 7 }, { username: "dana" }] };
    await expect(resolveNames(news, undefined, lookup)).rejects.toThrow(
      "deployAccessLevels[2] names the same subject as deployAccessLevels[1] (user dana); keep one of the two.",
    );
  });

  it("are what a read declares, without ids beside them", () => {
    const deployAccessLevels: StoredEntry[] = [{ userId: 8, id: 4 }];
    expect(toDeclared({ deployAccessLevels, approvalRules: stored, requiredApprovalCount: 0 })).toEqual({
      deployAccessLevels: [{ userId: 8 }],
      approvalRules: [
        { username: "dana", requiredApprovals: 1 },
        { groupPath: "acme/qa", groupInheritanceType: 0, requiredApprovals: 2 },
        { accessLevel: 40, requiredApprovals: 1 },
      ],
    });
    expect(
      toDeclared({ deployAccessLevels, approvalRules: [], requiredApprovalCount: 0 }),
    ).not.toHaveProperty("approvalRules");
  });
});

describe("a change in words", () => {
  const before = { deployAccessLevels: [maintainers], approvalRules: [dana, maintainers] };

  it("names what is added, removed and changed", () => {
    const after: Declaration = {
      deployAccessLevels: [{ accessLevel: 40 }, { groupPath: "acme/release" }],
      approvalRules: [
        { groupPath: "acme/qa", requiredApprovals: 2 },
        { accessLevel: 40, requiredApprovals: 2 },
      ],
    };
    expect(describeChange("acme:production", before, after)).toBe(
      "acme:production + group acme/qa ×2, − user dana (weaker), ~ maintainers 1 → 2 approvals; " +
        "may deploy: + group acme/release (weaker)",
    );
  });

  it("says nothing where nothing changes", () => {
    const after = {
      deployAccessLevels: [{ accessLevel: 40 }],
      approvalRules: [{ accessLevel: 40 }, { userId: 7 }],
    };
    expect(describeChange("acme:production", before, after)).toBeUndefined();
  });

  it("says what is not known yet instead of guessing", () => {
    const lists = (approvalRules: unknown) =>
      ({ deployAccessLevels: [{ accessLevel: 40 }], approvalRules }) as Declaration;
    expect(describeChange("a:b", before, lists(UNKNOWN))).toBe("a:b ~ a list that is not known yet");
    const entries = [dana, { accessLevel: 40, requiredApprovals: UNKNOWN }, { groupId: UNKNOWN }, UNKNOWN];
    expect(describeChange("a:b", before, lists(entries))).toBe(
      "a:b + group not known yet, + an entry that is not known yet, ~ maintainers 1 → an unknown number of approvals",
    );
  });

  it("names a group whose inherited members begin or cease to count", () => {
    const groupBefore = { deployAccessLevels: [maintainers], approvalRules: [qa] };
    const after = {
      deployAccessLevels: [{ accessLevel: 40 }],
      approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2, groupInheritanceType: 1 }],
    };
    expect(describeChange("a:b", groupBefore, after)).toBe(
      "a:b ~ group acme/qa with inherited members (weaker)",
    );
  });
});
