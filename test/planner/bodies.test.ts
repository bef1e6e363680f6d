import { describe, expect, it } from "vitest";

import {
  type Entry,
  type EntryLists,
  type LiveEntry,
  toEntry,
} from "../../provider/lifecycle/access/entries";
import { NestedAttributes } from "./nestedAttributes";
import { planned, putAll, stored } from "./planned";

describe("in one body", () => {
  const qa = { id: 1, kind: "group", value: 9, groupInheritanceType: 0, requiredApprovals: 1 } as const;
  const maintainers = { ...qa, id: 2, kind: "role", value: 40 } as const;
  const dana = { ...qa, id: 3, kind: "user", value: 7 } as const;
  const anybody = { ...maintainers, id: 999 };
  const rules = (...approvalRules: LiveEntry[]) => ({ deployAccessLevels: [], approvalRules });
  const want = (...declared: Parameters<typeof toEntry>[0][]) => ({
    deployAccessLevels: [],
    approvalRules: declared.map(toEntry),
  });

  const steps = (from: EntryLists<LiveEntry>, to: EntryLists<Entry>) => {
    const nobody = { deployAccessLevels: from.deployAccessLevels.length === 0 };
    const gitlab = stored(nobody.deployAccessLevels ? { ...from, deployAccessLevels: [anybody] } : from);
    const same = nobody.deployAccessLevels ? { ...to, deployAccessLevels: [anybody] } : to;
    return putAll(gitlab, same);
  };

  it("travels a role that is added together with a removal, as roles are never dropped", () => {
    expect(steps(rules(qa), want({ accessLevel: 40 }))).toEqual([
      {
        approval_rules: [
          { access_level: 40, group_inheritance_type: 0, required_approvals: 1 },
          { id: 1, _destroy: true, group_id: 9 },
        ],
      },
    ]);
  });

  it("holds a removal and a lowering back where a group is added", () => {
    const before = rules(dana, { ...maintainers, requiredApprovals: 2 });
    expect(steps(before, want({ accessLevel: 40 }, { groupId: 9, requiredApprovals: 2 }))).toEqual([
      { approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 2 }] },
      {
        approval_rules: [
          { id: 2, access_level: 40, group_inheritance_type: 0, required_approvals: 1 },
          { id: 1000, access_level: null, group_inheritance_type: 0, required_approvals: 2 },
          { id: 3, _destroy: true, user_id: 7 },
        ],
      },
    ]);
  });

  it("holds a removal back where a group's count is raised, as GitLab may drop that too", () => {
    expect(steps(rules(qa, dana), want({ groupId: 9, requiredApprovals: 3 }))).toEqual([
      { approval_rules: [{ id: 1, group_id: 9, group_inheritance_type: 0, required_approvals: 3 }] },
      {
        approval_rules: [
          { id: 1, access_level: null, group_inheritance_type: 0, required_approvals: 3 },
          { id: 3, _destroy: true, user_id: 7 },
        ],
      },
    ]);
  });

  it("first raises, then widens, where a rule becomes stricter in one thing and weaker in another", () => {
    const all = { groupId: 9, requiredApprovals: 2, groupInheritanceType: 1 };
    expect(steps(rules(qa), want(all))).toEqual([
      { approval_rules: [{ id: 1, group_id: 9, group_inheritance_type: 0, required_approvals: 2 }] },
      { approval_rules: [{ id: 1, access_level: null, group_inheritance_type: 1, required_approvals: 2 }] },
    ]);
  });

  it("restates what stays where deployers are added, and lets them in only after a rule for a group", () => {
    const before = { deployAccessLevels: [{ ...maintainers, id: 5 }], approvalRules: [dana] };
    const developers = toEntry({ accessLevel: 30 });
    const opened = { deployAccessLevels: [toEntry({ accessLevel: 40 }), developers], approvalRules: [dana] };
    const add = [{ access_level: 30, group_inheritance_type: 0 }];
    const stays = { id: 3, access_level: null, group_inheritance_type: 0, required_approvals: 1 };
    expect(steps(before, opened)).toEqual([{ deploy_access_levels: add, approval_rules: [stays] }]);
    expect(steps(before, { ...opened, approvalRules: [dana, qa] })).toEqual([
      { approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 1 }] },
      { deploy_access_levels: add, approval_rules: [stays, { ...stays, id: 1000 }] },
    ]);
  });

  it("shuts out and asks for more at once, in one body", () => {
    const before = {
      deployAccessLevels: [
        { ...maintainers, id: 5 },
        { ...dana, id: 6 },
      ],
      approvalRules: [],
    };
    const after = {
      deployAccessLevels: [toEntry({ accessLevel: 40 })],
      approvalRules: [toEntry({ groupId: 9 })],
    };
    expect(steps(before, after)).toEqual([
      {
        deploy_access_levels: [{ id: 6, _destroy: true, user_id: 7 }],
        approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 1 }],
      },
    ]);
  });

  it("lets in administrators, who may anyway, where nobody else may before a rule is there", () => {
    const rule = [{ group_id: 9, group_inheritance_type: 0, required_approvals: 1 }];
    const after = { deployAccessLevels: [toEntry({ userId: 7 })], approvalRules: [toEntry({ groupId: 9 })] };
    expect(putAll(new NestedAttributes([], []), after)).toEqual([
      { deploy_access_levels: [{ access_level: 60, group_inheritance_type: 0 }], approval_rules: rule },
      {
        deploy_access_levels: [
          { user_id: 7, group_inheritance_type: 0 },
          { id: 1000, _destroy: true, access_level: 60 },
        ],
        approval_rules: [{ id: 1001, access_level: null, group_inheritance_type: 0, required_approvals: 1 }],
      },
    ]);
  });

  it("sends every field when only the inheritance changes", () => {
    const twice = { ...qa, requiredApprovals: 2 };
    const all = { groupId: 9, requiredApprovals: 2, groupInheritanceType: 1 };
    expect(planned(rules(twice), want(all)).now).toEqual({
      approval_rules: [{ id: 1, access_level: null, group_inheritance_type: 1, required_approvals: 2 }],
    });
    const narrow = rules({ ...twice, groupInheritanceType: 1 });
    expect(planned(narrow, want({ groupId: 9, requiredApprovals: 2 })).now).toEqual({
      approval_rules: [{ id: 1, group_id: 9, group_inheritance_type: 0, required_approvals: 2 }],
    });
  });

  it("replaces the last deploy level in one body, with no count in it", () => {
    const before = { deployAccessLevels: [maintainers], approvalRules: [] };
    const after = { deployAccessLevels: [toEntry({ groupId: 9 })], approvalRules: [] };
    expect(steps(before, after)).toEqual([
      {
        deploy_access_levels: [
          { group_id: 9, group_inheritance_type: 0 },
          { id: 2, _destroy: true, access_level: 40 },
        ],
      },
    ]);
  });

  it("keeps the best of several entries for one subject and destroys the rest", () => {
    const copies = rules({ ...qa, id: 4, requiredApprovals: 1 }, { ...qa, id: 5, requiredApprovals: 2 }, qa);
    expect(planned(copies, want({ groupId: 9, requiredApprovals: 2 })).now.approval_rules).toEqual([
      { id: 5, access_level: null, group_inheritance_type: 0, required_approvals: 2 },
      { id: 4, _destroy: true, group_id: 9 },
      { id: 1, _destroy: true, group_id: 9 },
    ]);
    expect(planned(copies, want({ groupId: 9, requiredApprovals: 1 })).now.approval_rules).toEqual([
      { id: 1, access_level: null, group_inheritance_type: 0, required_approvals: 1 },
      { id: 4, _destroy: true, group_id: 9 },
      { id: 5, _destroy: true, group_id: 9 },
    ]);
  });

  it("lowers a duplicate rather than raise one, as a lost lowering does no harm", () => {
    const copies = rules({ ...qa, requiredApprovals: 1 }, { ...qa, id: 5, requiredApprovals: 4 });
    expect(steps(copies, want({ groupId: 9, requiredApprovals: 2 }))).toEqual([
      {
        approval_rules: [
          { id: 5, access_level: null, group_inheritance_type: 0, required_approvals: 2 },
          { id: 1, _destroy: true, group_id: 9 },
        ],
      },
    ]);
  });

  it("removes a level the API would refuse without naming it", () => {
    const odd = rules({ ...maintainers, value: 0 });
    expect(planned(odd, want()).now.approval_rules).toEqual([{ id: 2, _destroy: true, access_level: null }]);
  });
});
