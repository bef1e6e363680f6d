import { refuse } from "../http/answers";
import type { AccessRow, ApprovalRuleRow } from "../model/rows";

/** An element of `deploy_access_levels` or `approval_rules`; an absent key is not the same as null. */
export interface Element {
  id?: number | null | undefined;
  _destroy?: boolean | null | undefined;
  access_level?: number | null | undefined;
  user_id?: number | null | undefined;
  group_id?: number | null | undefined;
  group_inheritance_type?: number | null | undefined;
  required_approvals?: number | null | undefined;
}

/**
 * The rows after the elements were applied, as Rails' nested attributes do it: elements are changes, not a replacement.
 * The given rows stay as they are, so that one bad element leaves everything untouched.
 */
export function applyElements<R extends AccessRow>(
  rows: readonly R[],
  elements: readonly Element[],
  make: (id: number | null) => R,
): { rows: R[]; touched: R[]; destroyed: Set<number> } {
  const result = rows.map((row) => ({ ...row }));
  const touched: R[] = [];
  const destroyed = new Set<number>();
  for (const element of elements) {
    if (element.id == null) {
      // There is nothing to destroy in an entry that does not exist yet.
      if (element._destroy) continue;
      const row = assign(make(null), element);
      result.push(row);
      touched.push(row);
      continue;
    }
    const row = result.find((each) => each.id === element.id);
    // The same body as for a protection that does not exist.
    if (row === undefined) throw refuse.noRecord();
    if (element._destroy) destroyed.add(row.id);
    else touched.push(assign(row, element));
  }
  return { rows: result.filter((row) => !destroyed.has(row.id)), touched, destroyed };
}

function assign<R extends AccessRow>(row: R, element: Element): R {
  if (element.access_level !== undefined) row.accessLevel = element.access_level;
  if (element.user_id !== undefined) row.userId = element.user_id;
  if (element.group_id !== undefined) row.groupId = element.group_id;
  if (element.group_inheritance_type !== undefined) row.groupInheritanceType = element.group_inheritance_type;
  if (element.required_approvals != null && "requiredApprovals" in row) {
    (row as AccessRow as ApprovalRuleRow).requiredApprovals = element.required_approvals;
  }
  return row;
}

/** What the model holds against a row, as full sentences that start with the list's name. */
export function faultsOf(list: string, row: AccessRow): string[] {
  const faults: string[] = [];
  const subjects = [row.accessLevel, row.userId, row.groupId].filter((subject) => subject !== null);
  if (subjects.length !== 1) {
    faults.push(`${list} base Exactly one of access_level, group_id, user_id must be present`);
  }
  if (row.groupInheritanceType === null)
    faults.push(`${list} group inheritance type is not included in the list`);
  const approvals = "requiredApprovals" in row ? (row as ApprovalRuleRow).requiredApprovals : 1;
  if (approvals < 1) faults.push(`${list} required approvals must be greater than or equal to 1`);
  if (approvals > 5) faults.push(`${list} required approvals must be less than or equal to 5`);
  return faults;
}
