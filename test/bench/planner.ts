import type { Entry, EntryLists, LiveEntry } from "../../provider/lifecycle/access/entries";
import { aimAt } from "../../provider/lifecycle/access/aim";
import { plan } from "../../provider/lifecycle/access/planner";
import { median } from "./table";

const RUNS = 15;

/** Half of what is live stays, a quarter of it with another count; the other half goes for as many new entries. */
function lists(count: number): [live: EntryLists<LiveEntry>, wanted: EntryLists<Entry>] {
  const level = { kind: "role", value: 40, groupInheritanceType: 0, requiredApprovals: 1 } as const;
  const rule = (value: number, requiredApprovals: number): Entry => ({
    kind: "group",
    value,
    groupInheritanceType: 0,
    requiredApprovals,
  });
  const live = Array.from({ length: count }, (_, n) => ({ id: n + 1, ...rule(n, 1) }));
  const wanted = Array.from({ length: count }, (_, n) =>
    rule(n + Math.floor(count / 2), n % 4 === 0 ? 2 : 1),
  );
  return [
    { deployAccessLevels: [{ id: 1, ...level }], approvalRules: live },
    { deployAccessLevels: [level], approvalRules: wanted },
  ];
}

/** Milliseconds for one plan of `count` live and `count` wanted entries: the median, once the code is warm. */
export function timePlanner(count: number): number {
  const [live, wanted] = lists(count);
  const runs = Array.from({ length: 2 * RUNS }, () => {
    const started = performance.now();
    plan(aimAt(live, wanted));
    return performance.now() - started;
  });
  return median(runs.slice(RUNS));
}
