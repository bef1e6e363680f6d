import type { ApprovalRule, Entry, EntryLists, LiveEntry } from "../../provider/lifecycle/access/entries";
import { fromEntry } from "../../provider/lifecycle/access/entries";
import type { ResolvedLists } from "../../provider/lifecycle/access/reconcile";
import { liveFromWire, type StoredProtection, toStored } from "../../provider/lifecycle/access/state";
import { api } from "../../provider/gitlab/request/paths";
import type { Live } from "../support/neverWeaker";
import { fromRow, toRow } from "./arbitraries";
import { FakeGitLab } from "./fakeGitLab";
import type { Rules } from "./nestedAttributes";

export const group = { level: "group", container: "acme", name: "production" } as const;

export const lists = (
  deployAccessLevels: ApprovalRule[],
  approvalRules: ApprovalRule[] = [],
): ResolvedLists => ({ deployAccessLevels, approvalRules });

/** What state would hold of a GitLab as it is now. */
export async function stateOf(gitlab: FakeGitLab, known = lists([])): Promise<StoredProtection> {
  const { requests, bodies, faults } = gitlab;
  gitlab.faults = [];
  const wire = await gitlab.get<Parameters<typeof liveFromWire>[0]>(
    api`/groups/${"acme"}/protected_environments/${"production"}`,
  );
  gitlab.faults = faults;
  requests.length = 0;
  bodies.length = 0;
  return toStored(liveFromWire(wire), known);
}

export function holding(entries: EntryLists<LiveEntry>): FakeGitLab {
  return new FakeGitLab(entries.deployAccessLevels.map(toRow), entries.approvalRules.map(toRow));
}

export function declared(to: EntryLists<Entry>): ResolvedLists {
  return lists(
    to.deployAccessLevels.map((entry) => fromEntry(entry, "deployAccessLevels")),
    to.approvalRules.map((entry) => fromEntry(entry, "approvalRules")),
  );
}

export function rowsOf({ protection }: FakeGitLab): Live {
  return { deploy_access_levels: protection?.levels ?? [], approval_rules: protection?.rules ?? [] };
}

export function entriesIn(rows: Live): EntryLists<LiveEntry> {
  return {
    deployAccessLevels: rows.deploy_access_levels.map(fromRow),
    approvalRules: rows.approval_rules.map(fromRow),
  };
}

/** Which users and groups GitLab leaves out, as a rule of the world. */
export function leavingOut(dropped: {
  readonly user: number[];
  readonly group: number[];
}): Rules["qualifies"] {
  return ({ user, group: one }) =>
    user === undefined ? !dropped.group.includes(one!) : !dropped.user.includes(user);
}

/** Entries without their ids, in an order that means nothing. */
export function contents(entries: readonly Entry[]): string[] {
  return entries
    .map(({ kind, value, groupInheritanceType, requiredApprovals }) =>
      [kind, value, groupInheritanceType, requiredApprovals].join(":"),
    )
    .sort();
}
