import { describe, expect, it } from "vitest";
import { checkEntries } from "../../provider/lifecycle/access/checks";
import { UNKNOWN } from "../../provider/fields/unknowns";

const failures = (value: unknown, list: "deployAccessLevels" | "approvalRules" = "approvalRules") =>
  checkEntries(value, list).failures.map(({ property, reason }) => `${property} ${reason}`);

describe("a good list", () => {
  it("keeps its order and gets its defaults", () => {
    const declared = [
      { username: "dana" },
      { groupPath: "acme/qa", requiredApprovals: 2 },
      { accessLevel: 40 },
    ];
    expect(checkEntries(declared, "approvalRules")).toEqual({
      failures: [],
      value: [
        { requiredApprovals: 1, username: "dana" },
        { groupInheritanceType: 0, requiredApprovals: 2, groupPath: "acme/qa" },
        { requiredApprovals: 1, accessLevel: 40 },
      ],
    });
    expect(checkEntries([{ accessLevel: 60 }, { userId: 7 }], "deployAccessLevels")).toEqual({
      failures: [],
      value: [{ accessLevel: 60 }, { userId: 7 }],
    });
  });

  it("counts null as not declared, and no rules as no list", () => {
    const value = [{ accessLevel: 40, username: null, groupId: undefined }];
    expect(checkEntries(value, "deployAccessLevels")).toEqual({ failures: [], value: [{ accessLevel: 40 }] });
    expect(checkEntries([], "approvalRules")).toEqual({ failures: [], value: undefined });
  });

  it("lets unknowns pass at any depth, in their places", () => {
    expect(checkEntries(UNKNOWN, "deployAccessLevels")).toEqual({ failures: [], value: UNKNOWN });
    const value = [UNKNOWN, { groupId: UNKNOWN, requiredApprovals: UNKNOWN }, UNKNOWN, { userId: UNKNOWN }];
    expect(checkEntries(value, "approvalRules")).toEqual({
      failures: [],
      value: [
        UNKNOWN,
        { groupInheritanceType: 0, requiredApprovals: UNKNOWN, groupId: UNKNOWN },
        UNKNOWN,
        { requiredApprovals: 1, userId: UNKNOWN },
      ],
    });
  });

  it("lets a second subject pass that may turn out to be undefined", () => {
    expect(failures([{ userId: 7, groupId: UNKNOWN }])).toEqual([]);
  });
});

describe("refuses, naming the property,", () => {
  it.each([
    [
      { accessLevel: 40, userId: 7 },
      "[0] has accessLevel and userId; an entry names exactly one subject, so split it",
    ],
    [
      { requiredApprovals: 2 },
      "[0] names no subject: give exactly one of accessLevel, userId, username, groupId, groupPath",
    ],
    [{ accessLevel: 20 }, "[0].accessLevel must be 30 (Developer), 40 (Maintainer) or 60 (Admin), not 20"],
    [
      { accessLevel: "40" },
      '[0].accessLevel must be 30 (Developer), 40 (Maintainer) or 60 (Admin), not "40"',
    ],
    [{ userId: 0 }, "[0].userId must be a user's numeric id, not 0"],
    [{ userId: "7a" }, `[0].userId must be a user's numeric id, not "7a"`],
    [{ groupId: "0" }, `[0].groupId must be a group's numeric id, not "0"`],
    [{ groupId: 1.5 }, "[0].groupId must be a group's numeric id, not 1.5"],
    [{ username: "@dana" }, `[0].username must be a user name without "@" and spaces, not "@dana"`],
    [{ groupPath: "/acme/qa" }, `[0].groupPath must be a full path such as acme/qa, not "/acme/qa"`],
    [{ groupPath: "12" }, "[0].groupPath is a number; give it as groupId: 12"],
    [
      { accessLevel: 40, requiredApprovals: 0 },
      "[0].requiredApprovals must be a whole number from 1 to 5, not 0",
    ],
    [
      { accessLevel: 40, requiredApprovals: 6 },
      "[0].requiredApprovals must be a whole number from 1 to 5, not 6",
    ],
    [
      { accessLevel: 40, requiredApprovals: 1.5 },
      "[0].requiredApprovals must be a whole number from 1 to 5, not 1.5",
    ],
    [
      { username: "dana", requiredApprovals: 2 },
      "[0].requiredApprovals must be 1 for a user: one person approves once, so 2 could never be reached",
    ],
    [
      { groupId: 9, groupInheritanceType: 2 },
      "[0].groupInheritanceType must be 0 (direct members) or 1 (inherited members too), not 2",
    ],
    ["acme/qa", `[0] must be an object such as { accessLevel: 40 }, not "acme/qa"`],
    [null, "[0] must be an object such as { accessLevel: 40 }, not null"],
  ])("%j", (entry, message) => {
    expect(failures([entry])).toEqual([`approvalRules${message}`]);
  });

  it.each([
    ["group", "groupPath or groupId"],
    ["user", "username or userId"],
    ["access_level", "accessLevel"],
    ["required_approvals", "requiredApprovals"],
    ["requiredApprovalCount", "requiredApprovals"],
    ["serviceAccountId", "userId"],
    ["service_account_id", "userId"],
  ])("the misspelt key %s, and suggests %s", (key, meant) => {
    expect(failures([{ accessLevel: 40, [key]: 1 }])).toEqual([
      `approvalRules[0].${key} is not a field of an access entry; did you mean ${meant}?`,
    ]);
  });

  it.each([
    ["memberRoleId", "of a custom role name the users or a group"],
    ["member_role_id", "of a custom role name the users or a group"],
    ["deployKeyId", "GitLab does not let deploy keys deploy to a protected environment"],
    ["deploy_key_id", "GitLab does not let deploy keys deploy to a protected environment"],
    ["accessLevelDescription", "GitLab makes it from the entry; leave it out"],
  ])("%s, which only other resources take, and says what to do", (key, cure) => {
    for (const list of ["deployAccessLevels", "approvalRules"] as const) {
      expect(failures([{ accessLevel: 40, [key]: 1 }], list)).toEqual([
        expect.stringContaining(`${list}[0].${key} is not a field of an access entry: `),
      ]);
      expect(failures([{ accessLevel: 40, [key]: 1 }], list).join()).toContain(cure);
    }
  });

  it("a misspelt key once, not also the subject it was meant to be", () => {
    expect(failures([{ group: "acme/qa" }])).toEqual([
      "approvalRules[0].group is not a field of an access entry; did you mean groupPath or groupId?",
    ]);
  });

  it("any other key, listing those there are, also inherited names", () => {
    expect(failures([{ accessLevel: 40, constructor: 1 }], "deployAccessLevels")).toEqual([
      "deployAccessLevels[0].constructor is not a field of an access entry; " +
        "there are accessLevel, userId, username, groupId, groupPath, groupInheritanceType",
    ]);
  });

  it("a count beside someone who may deploy", () => {
    expect(failures([{ accessLevel: 40, requiredApprovals: 1 }], "deployAccessLevels")).toEqual([
      "deployAccessLevels[0].requiredApprovals belongs into an entry of approvalRules; a deploy access level has no count",
    ]);
  });

  it("an empty list of deployers, and what is no list", () => {
    expect(failures([], "deployAccessLevels")).toEqual([
      "deployAccessLevels must hold at least one entry: GitLab refuses a protection under which nobody may deploy",
    ]);
    expect(failures({ accessLevel: 40 })).toEqual(["approvalRules must be a list of entries, not an object"]);
  });

  it("the same subject twice, in any case of its letters", () => {
    expect(failures([{ groupPath: "acme/qa" }, { accessLevel: 40 }, { groupPath: "Acme/QA" }])).toEqual([
      "approvalRules[2] names the same subject as approvalRules[0] (group Acme/QA); keep one of the two",
    ]);
  });
});
