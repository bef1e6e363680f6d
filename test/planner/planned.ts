import { expect } from "vitest";

import { aimAt } from "../../provider/lifecycle/access/aim";
import type { Entry, EntryLists, LiveEntry } from "../../provider/lifecycle/access/entries";
import { isEmpty, type NestedBody, plan, type Plan } from "../../provider/lifecycle/access/planner";
import { fromRow, toRow } from "./arbitraries";
import { NestedAttributes, type Rules } from "./nestedAttributes";

/** What turns the live lists into the wanted ones. */
export const planned = (live: EntryLists<LiveEntry>, wanted: EntryLists<Entry>): Plan =>
  plan(aimAt(live, wanted));

export const stored = (lists: EntryLists<LiveEntry>) =>
  new NestedAttributes(lists.deployAccessLevels.map(toRow), lists.approvalRules.map(toRow));
export const lists = (gitlab: NestedAttributes): EntryLists<LiveEntry> => ({
  deployAccessLevels: gitlab.levels.map(fromRow),
  approvalRules: gitlab.rules.map(fromRow),
});
export const world = (keys: Rules["subjectKeys"], dropped: { user: number[]; group: number[] }): Rules => ({
  subjectKeys: keys,
  qualifies: ({ user, group }) =>
    user !== undefined ? !dropped.user.includes(user) : !dropped.group.includes(group!),
});
export const nobodyDropped = { user: [], group: [] };
/** Sends what is planned until nothing is left; the bodies, of which there are never more than two. */
export const putAll = (
  gitlab: NestedAttributes,
  to: EntryLists<Entry>,
  keys: Rules["subjectKeys"] = "one",
) => {
  const sent: NestedBody[] = [];
  for (let next = planned(lists(gitlab), to); !isEmpty(next.now); next = planned(lists(gitlab), to)) {
    gitlab.put(next.now, world(keys, nobodyDropped));
    sent.push(next.now);
    expect(sent.length).toBe(next.waits ? 1 : sent.length);
    expect(sent.length).toBeLessThanOrEqual(2);
  }
  return sent;
};
