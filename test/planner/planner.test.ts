import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Entry, LiveEntry } from "../../provider/lifecycle/access/entries";
import { creation, isEmpty } from "../../provider/lifecycle/access/planner";
import { subjectKey } from "../../provider/lifecycle/access/subjects";
import { weakness } from "../support/jointMeasure";
import { capped, drift, drifted, live, measured, subjectKeys, unqualified, wanted } from "./arbitraries";
import { NestedAttributes, Refused, type Rules } from "./nestedAttributes";
import { lists, nobodyDropped, planned, putAll, stored, world } from "./planned";

const RUNS = { numRuns: 1000 };

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
        expect(planned({ ...before, deployAccessLevels: direct }, after).waits).toBe(false);
      }),
      RUNS,
    );
  });

  it("is never weaker than both declarations, whatever GitLab drops and whichever rules were taken away before", () => {
    fc.assert(
      fc.property(live, wanted, subjectKeys, unqualified, drift, (from, to, keys, dropped, by) => {
        const gitlab = stored(drifted(from, by));
        const declared = [measured(from), measured(to)];
        let next = planned(from, to);
        for (let put = 0; put < 2 && !isEmpty(next.now); put++) {
          const before = lists(gitlab);
          if (!tryPut(gitlab, next.now, world(keys, dropped))) return;
          const held = lists(gitlab);
          if (before.deployAccessLevels.length > 0) expect(held.deployAccessLevels).not.toEqual([]);
          expect(weakness(measured(held), [...declared, capped(before, from, to)])).toBeUndefined();
          const again = planned(held, to);
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
    planned(
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
