import { refuse } from "../http/answers";
import type { AccessRow, ApprovalRuleRow, ContainerRef, ProtectionRow } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import type { Element } from "./nestedAttributes";
import { applyElements, faultsOf } from "./nestedAttributes";
import { qualified } from "./qualification";

export interface ProtectionFields {
  deploy_access_levels?: Element[] | null | undefined;
  approval_rules?: Element[] | null | undefined;
  required_approval_count?: number | null | undefined;
}

export function findProtection(
  store: Store,
  container: ContainerRef,
  name: string,
): ProtectionRow | undefined {
  return store.protections.find("name", `${keyOf(container)}/${name}`);
}

export function createProtection(
  store: Store,
  container: ContainerRef,
  name: string,
  fields: ProtectionFields,
): ProtectionRow {
  const empty: Lists = { levels: [], rules: [] };
  const lists = applyLists(store, container, empty, fields);
  return store.protections.insert({
    container,
    name,
    requiredApprovalCount: 0,
    ...lists,
    updatedAt: store.now(),
  });
}

/** One transaction: either all of it is saved or nothing. */
export function updateProtection(store: Store, row: ProtectionRow, fields: ProtectionFields): void {
  const lists = applyLists(store, row.container, row, fields);
  Object.assign(row, lists, { updatedAt: store.now() });
  if (fields.required_approval_count != null) row.requiredApprovalCount = fields.required_approval_count;
}

type Lists = Pick<ProtectionRow, "levels" | "rules">;

function applyLists(store: Store, container: ContainerRef, old: Lists, fields: ProtectionFields): Lists {
  const levels = applyElements<AccessRow>(
    old.levels,
    qualified(store, container, fields.deploy_access_levels ?? []),
    blank,
  );
  const rules = applyElements<ApprovalRuleRow>(
    old.rules,
    store.switches.approvalRules ? qualified(store, container, fields.approval_rules ?? []) : [],
    () => ({ ...blank(), requiredApprovals: 1 }),
  );
  const faults = [
    ...(levels.rows.length === 0 ? ["Deploy access levels is too short (minimum is 1 character)"] : []),
    ...levels.touched.flatMap((row) => faultsOf("Deploy access levels", row)),
    ...rules.touched.flatMap((row) => faultsOf("Approval rules", row)),
  ];
  if (faults.length > 0) throw refuse.unprocessable([...new Set(faults)]);
  return {
    levels: settle(store, levels.rows, levels.touched, () => store.nextEntryId("level")),
    rules: settle(store, rules.rows, rules.touched, () => store.nextEntryId("rule")),
  };
}

/** An entry that does not exist yet has the id 0. */
function blank(): AccessRow {
  return { id: 0, accessLevel: null, userId: null, groupId: null, groupInheritanceType: 0 };
}

/** Gives new rows their ids, and the order that a table without ORDER BY would have. */
function settle<R extends AccessRow>(
  store: Store,
  rows: R[],
  touched: readonly R[],
  nextId: () => number,
): R[] {
  for (const row of rows) if (row.id === 0) row.id = nextId();
  const byId = (a: R, b: R) => a.id - b.id;
  switch (store.switches.rowOrder) {
    case "by-id":
      return rows.sort(byId);
    case "updated-last":
      return [
        ...rows.filter((row) => !touched.includes(row)),
        ...rows.filter((row) => touched.includes(row)),
      ];
    case "shuffled":
      return rows.sort((a, b) => scattered(a.id) - scattered(b.id));
  }
}

/** The same disorder on each run. */
const scattered = (id: number): number => Math.imul(id, 2_654_435_761) >>> 0;
