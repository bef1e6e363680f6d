import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Entry,
  type EntryLists,
  type LiveEntry,
  subjectKey,
  toEntry,
} from "../../provider/lifecycle/access/accessEntries";
import {
  creation,
  isEmpty,
  type NestedOperation,
  type Plan,
  plan,
} from "../../provider/lifecycle/access/planner";
import { covers, fromRow, live, required, subjectKeys, toRow, unqualified, wanted } from "./arbitraries";
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
const putAll = (gitlab: NestedAttributes, { now, later }: Plan) => {
  for (const body of [now, later]) if (!isEmpty(body)) gitlab.put(body, world("one", nobodyDropped));
};
const content = ({ kind, value, groupInheritanceType, requiredApprovals }: Entry) =>
  `${kind}:${value}:${groupInheritanceType}:${requiredApprovals}`;
const contents = (entries: readonly Entry[]) => entries.map(content).sort();

describe("against a model of nested attributes", () => {
  it("reaches exactly the wanted set, in at most two bodies, on every GitLab version", () => {
    fc.assert(
      fc.property(live, wanted, subjectKeys, (from, to, keys) => {
        const gitlab = stored(from);
        const { now, later } = plan(from, to);
        if (!isEmpty(now)) gitlab.put(now, world(keys, nobodyDropped));
        if (!isEmpty(later)) gitlab.put(later, world(keys, nobodyDropped));
        expect(contents(lists(gitlab).deployAccessLevels)).toEqual(contents(to.deployAccessLevels));
        expect(contents(lists(gitlab).approvalRules)).toEqual(contents(to.approvalRules));
      }),
      RUNS,
    );
  });

  it("plans nothing once the wanted set is reached", () => {
    fc.assert(
      fc.property(live, wanted, (from, to) => {
        const gitlab = stored(from);
        putAll(gitlab, plan(from, to));
        expect(plan(lists(gitlab), to)).toEqual({ now: {}, later: {} });
      }),
      RUNS,
    );
  });

  it("sends the rest when it plans again from the answer to the first body", () => {
    fc.assert(
      fc.property(live, wanted, (from, to) => {
        const gitlab = stored(from);
        const { now, later } = plan(from, to);
        if (isEmpty(now)) return;
        gitlab.put(now, world("one", nobodyDropped));
        const again = plan(lists(gitlab), to);
        expect(sorted(again.now.approval_rules)).toEqual(sorted(later.approval_rules));
        expect(again.now.deploy_access_levels).toBeUndefined();
        expect(again.later).toEqual({});
      }),
      RUNS,
    );
  });

  it("keeps the id of an entry whose subject stays, and never changes a subject under its id", () => {
    fc.assert(
      fc.property(live, wanted, (from, to) => {
        const gitlab = stored(from);
        putAll(gitlab, plan(from, to));
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

  it("requires at least the old or the new approvals after every step, whatever GitLab drops", () => {
    fc.assert(
      fc.property(live, wanted, subjectKeys, unqualified, (from, to, keys, dropped) => {
        const gitlab = stored(from);
        const check = () => {
          const held = required(lists(gitlab).approvalRules);
          const enough =
            covers(held, required(from.approvalRules)) || covers(held, required(to.approvalRules));
          expect(enough, JSON.stringify({ from, to, held: [...held] })).toBe(true);
          if (from.deployAccessLevels.length > 0) expect(gitlab.levels.length).toBeGreaterThan(0);
        };
        const { now, later } = plan(from, to);
        if (isEmpty(now) || !tryPut(gitlab, now, world(keys, dropped))) return check();
        check();
        const arrived = covers(required(lists(gitlab).approvalRules), required(to.approvalRules));
        if (isEmpty(later) || !arrived) return;
        tryPut(gitlab, later, world(keys, dropped));
        check();
      }),
      { numRuns: 5000 },
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
  const maintainers = { ...qa, id: 2, kind: "accessLevel", value: 40 } as const;
  const dana = { ...qa, id: 3, kind: "user", value: 7 } as const;
  const rules = (...approvalRules: LiveEntry[]) => ({ deployAccessLevels: [], approvalRules });
  const want = (...declared: Parameters<typeof toEntry>[0][]) => ({
    deployAccessLevels: [],
    approvalRules: declared.map(toEntry),
  });

  it("travels a role that is added together with a removal, as roles are never dropped", () => {
    expect(plan(rules(qa), want({ accessLevel: 40 }))).toEqual({
      now: {
        approval_rules: [
          { access_level: 40, group_inheritance_type: 0, required_approvals: 1 },
          { id: 1, _destroy: true, group_id: 9 },
        ],
      },
      later: {},
    });
  });

  it("holds a removal and a lowering back where a group is added", () => {
    const before = rules(dana, { ...maintainers, requiredApprovals: 2 });
    expect(plan(before, want({ accessLevel: 40 }, { groupId: 9, requiredApprovals: 2 }))).toEqual({
      now: { approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 2 }] },
      later: {
        approval_rules: [
          { id: 2, access_level: 40, group_inheritance_type: 0, required_approvals: 1 },
          { id: 3, _destroy: true, user_id: 7 },
        ],
      },
    });
  });

  it("holds a removal back where a group's count is raised, as GitLab may drop that too", () => {
    expect(plan(rules(qa, dana), want({ groupId: 9, requiredApprovals: 3 }))).toEqual({
      now: { approval_rules: [{ id: 1, group_id: 9, group_inheritance_type: 0, required_approvals: 3 }] },
      later: { approval_rules: [{ id: 3, _destroy: true, user_id: 7 }] },
    });
  });

  it("sends every field when only the inheritance changes", () => {
    const twice = { ...qa, requiredApprovals: 2 };
    const all = { groupId: 9, requiredApprovals: 2, groupInheritanceType: 1 };
    expect(plan(rules(twice), want(all)).now).toEqual({
      approval_rules: [{ id: 1, group_id: 9, group_inheritance_type: 1, required_approvals: 2 }],
    });
  });

  it("replaces the last deploy level in one body, with no count in it", () => {
    const before = { deployAccessLevels: [maintainers], approvalRules: [] };
    const after = { deployAccessLevels: [toEntry({ groupId: 9 })], approvalRules: [] };
    expect(plan(before, after)).toEqual({
      now: {
        deploy_access_levels: [
          { group_id: 9, group_inheritance_type: 0 },
          { id: 2, _destroy: true, access_level: 40 },
        ],
      },
      later: {},
    });
  });

  it("keeps the best of several entries for one subject and destroys the rest", () => {
    const copies = rules({ ...qa, id: 4, requiredApprovals: 1 }, { ...qa, id: 5, requiredApprovals: 2 }, qa);
    expect(plan(copies, want({ groupId: 9, requiredApprovals: 2 })).now.approval_rules).toEqual([
      { id: 4, _destroy: true, group_id: 9 },
      { id: 1, _destroy: true, group_id: 9 },
    ]);
    expect(plan(copies, want({ groupId: 9, requiredApprovals: 1 })).now.approval_rules).toEqual([
      { id: 4, _destroy: true, group_id: 9 },
      { id: 5, _destroy: true, group_id: 9 },
    ]);
  });

  it("lowers a duplicate rather than raise one, as a lost lowering does no harm", () => {
    const copies = rules({ ...qa, requiredApprovals: 1 }, { ...qa, id: 5, requiredApprovals: 4 });
    expect(plan(copies, want({ groupId: 9, requiredApprovals: 2 }))).toEqual({
      now: {
        approval_rules: [
          { id: 5, group_id: 9, group_inheritance_type: 0, required_approvals: 2 },
          { id: 1, _destroy: true, group_id: 9 },
        ],
      },
      later: {},
    });
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

function sorted(operations: NestedOperation[] = []): NestedOperation[] {
  return [...operations].sort((a, b) => a.id! - b.id!);
}

function tryPut(
  gitlab: NestedAttributes,
  body: Parameters<NestedAttributes["put"]>[0],
  rules: Rules,
): boolean {
  try {
    gitlab.put(body, rules);
    return true;
  } catch (error) {
    // Every deploy level dropped: GitLab refuses the whole PUT, and nothing has changed.
    if (error instanceof Refused && error.status === 422) return false;
    throw error;
  }
}
