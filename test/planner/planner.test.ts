import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { subjectKey } from "../../provider/lifecycle/access/subjects";
import {
  type Entry,
  type EntryLists,
  type LiveEntry,
  toEntry,
} from "../../provider/lifecycle/access/entries";
import { creation, isEmpty, type NestedBody, plan } from "../../provider/lifecycle/access/planner";
import { weakness } from "../support/jointMeasure";
import {
  capped,
  drift,
  drifted,
  fromRow,
  live,
  measured,
  subjectKeys,
  toRow,
  unqualified,
  wanted,
} from "./arbitraries";
import { NestedAttributes, Refused, type Rules } from "./nestedAttributes";

const RUNS = { numRuns: 1000 };

const stored = (lists: EntryLists<LiveEntry>) =>
  new NestedAttributes(lists.deployAccessLevels.map(toRow), lists.approvalRules.map(toRow));
const lists = (gitlab: NestedAttributes): EntryLists<LiveEntry> => ({
  deployAccessLevels: gitlab.levels.map(fromRow),
  approvalRules: gitlab.rules.map(fromRow),
});
const world = (keys: Rules["subjectKeys"], dropped: { user: number[]; group: number[] }): Rules => ({
  subjectKeys: keys,
  qualifies: ({ user, group }) =>
    user !== undefined ? !dropped.user.includes(user) : !dropped.group.includes(group!),
});
const nobodyDropped = { user: [], group: [] };
/** Sends what is planned until nothing is left; the bodies, of which there are never more than two. */
const putAll = (gitlab: NestedAttributes, to: EntryLists<Entry>, keys: Rules["subjectKeys"] = "one") => {
  const sent: NestedBody[] = [];
  for (let next = plan(lists(gitlab), to); !isEmpty(next.now); next = plan(lists(gitlab), to)) {
    gitlab.put(next.now, world(keys, nobodyDropped));
    sent.push(next.now);
    expect(sent.length).toBe(next.waits ? 1 : sent.length);
    expect(sent.length).toBeLessThanOrEqual(2);
  }
  return sent;
};
const content = ({ kind, value, groupInheritanceType, requiredApprovals }: Entry) =>
  `${kind}:${value}:${groupInheritanceType}:${requiredApprovals}`;
const contents = (entries: readonly Entry[]) => entries.map(content).sort();

describe("against a model of nested attributes", () => {
  it("reaches exactly the wanted set in at most two bodies, after which it plans nothing, on every GitLab version", () => {
    fc.assert(
      fc.property(live, wanted, subjectKeys, (from, to, keys) => {
        const gitlab = stored(from);
        putAll(gitlab, to, keys);
        expect(contents(lists(gitlab).deployAccessLevels)).toEqual(contents(to.deployAccessLevels));
        expect(contents(lists(gitlab).approvalRules)).toEqual(contents(to.approvalRules));
      }),
      RUNS,
    );
  });

  it("keeps the id of an entry whose subject stays, and never changes a subject under its id", () => {
    fc.assert(
      fc.property(live, wanted, (from, to) => {
        const gitlab = stored(from);
        putAll(gitlab, to);
        for (const list of ["deployAccessLevels", "approvalRules"] as const) {
          const before = new Map(from[list].map((entry) => [entry.id, subjectKey(entry)]));
          for (const entry of lists(gitlab)[list]) {
            const had = from[list].some((old) => subjectKey(old) === subjectKey(entry));
            expect(before.get(entry.id)).toBe(had ? subjectKey(entry) : undefined);
          }
        }
      }),
      RUNS,
    );
  });

  it("sends one body where no rule for a user or group becomes stricter", () => {
    fc.assert(
      fc.property(live, wanted, (from, to) => {
        const roles = (list: readonly Entry[]) => list.filter(({ kind }) => kind === "role");
        const before = { ...from, approvalRules: roles(from.approvalRules) as LiveEntry[] };
        const direct = before.deployAccessLevels.map((entry) => ({ ...entry, groupInheritanceType: 0 }));
        const after = { ...to, approvalRules: roles(to.approvalRules) };
        expect(plan({ ...before, deployAccessLevels: direct }, after).waits).toBe(false);
      }),
      RUNS,
    );
  });

  it("is never weaker than both declarations, whatever GitLab drops and whichever rules were taken away before", () => {
    fc.assert(
      fc.property(live, wanted, subjectKeys, unqualified, drift, (from, to, keys, dropped, by) => {
        const gitlab = stored(drifted(from, by));
        const declared = [measured(from), measured(to)];
        let next = plan(from, to);
        for (let put = 0; put < 2 && !isEmpty(next.now); put++) {
          const before = lists(gitlab);
          if (!tryPut(gitlab, next.now, world(keys, dropped))) return;
          const held = lists(gitlab);
          if (before.deployAccessLevels.length > 0) expect(held.deployAccessLevels).not.toEqual([]);
          expect(weakness(measured(held), [...declared, capped(before, from, to)])).toBeUndefined();
          const again = plan(held, to);
          // What was dropped is an error; nothing more is sent then.
          if (
            next.waits &&
            next.sets.approvalRules.some((key) => again.strengthens.approvalRules.includes(key))
          )
            return;
          next = again;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it("creates exactly what is wanted", () => {
    fc.assert(
      fc.property(wanted, subjectKeys, (to, keys) => {
        const gitlab = new NestedAttributes([], []);
        gitlab.put(creation(to), world(keys, nobodyDropped));
        expect(contents(lists(gitlab).deployAccessLevels)).toEqual(contents(to.deployAccessLevels));
        expect(contents(lists(gitlab).approvalRules)).toEqual(contents(to.approvalRules));
      }),
      RUNS,
    );
  });
});

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
    expect(plan(rules(twice), want(all)).now).toEqual({
      approval_rules: [{ id: 1, access_level: null, group_inheritance_type: 1, required_approvals: 2 }],
    });
    const narrow = rules({ ...twice, groupInheritanceType: 1 });
    expect(plan(narrow, want({ groupId: 9, requiredApprovals: 2 })).now).toEqual({
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
    expect(plan(copies, want({ groupId: 9, requiredApprovals: 2 })).now.approval_rules).toEqual([
      { id: 5, access_level: null, group_inheritance_type: 0, required_approvals: 2 },
      { id: 4, _destroy: true, group_id: 9 },
      { id: 1, _destroy: true, group_id: 9 },
    ]);
    expect(plan(copies, want({ groupId: 9, requiredApprovals: 1 })).now.approval_rules).toEqual([
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
    expect(plan(odd, want()).now.approval_rules).toEqual([{ id: 2, _destroy: true, access_level: null }]);
  });
});

describe("at size", () => {
  const entries = (n: number, from: number): LiveEntry[] =>
    Array.from({ length: n }, (_, i) => ({
      id: i + 1,
      kind: "group",
      value: from + i,
      groupInheritanceType: 0,
      requiredApprovals: 1,
    }));

  /** Counts how often the planner looks at an entry's subject. */
  function looks(n: number): number {
    let count = 0;
    const counted = (list: LiveEntry[]) =>
      list.map(
        (entry) =>
          new Proxy(entry, {
            get(target, key) {
              count += 1;
              return Reflect.get(target, key) as unknown;
            },
          }),
      );
    plan(
      { deployAccessLevels: [], approvalRules: counted(entries(n, 0)) },
      { deployAccessLevels: [], approvalRules: counted(entries(n, n / 2)) },
    );
    return count;
  }

  it("looks at each entry a bounded number of times", () => {
    expect(looks(1000)).toBeLessThanOrEqual(10 * looks(100));
    expect(looks(1000)).toBeLessThan(40 * 1000);
  });
});

function tryPut(
  gitlab: NestedAttributes,
  body: Parameters<NestedAttributes["put"]>[0],
  rules: Rules,
): boolean {
  try {
    gitlab.put(body, rules);
    return true;
  } catch (error) {
    // Every deploy level dropped, or an id that is stale: GitLab refuses the whole PUT, and nothing has changed.
    if (error instanceof Refused && error.status !== 400) return false;
    throw error;
  }
}
