import type { AccessRow } from "../model/rows";
import type { Element } from "../rules/nestedAttributes";
import type { Directory, RoleName } from "./directory";
import { roles } from "./directory";

/** Who an access entry names: one of the three. */
export interface Subject {
  readonly role?: RoleName | "admin";
  readonly user?: string;
  readonly group?: string;
  /** Of a group: inherited members count too. Default false. */
  readonly inherited?: boolean;
  /** Of an approval rule: 1 (default) to 5. */
  readonly requiredApprovals?: number;
}

export function entryFor(world: Directory, subject: Subject, list: "levels" | "rules"): AccessRow {
  const id = world.store.nextEntryId(list === "levels" ? "level" : "rule");
  return { id, ...idsOf(world, subject) };
}

export function elementsOf(world: Directory, subjects: readonly Subject[]): Element[] {
  return subjects.map((subject) => {
    const ids = idsOf(world, subject);
    return {
      access_level: ids.accessLevel,
      user_id: ids.userId,
      group_id: ids.groupId,
      group_inheritance_type: ids.groupInheritanceType,
      required_approvals: subject.requiredApprovals ?? 1,
    };
  });
}

function idsOf(world: Directory, subject: Subject): Omit<AccessRow, "id"> {
  return {
    accessLevel: subject.role === undefined ? null : subject.role === "admin" ? 60 : roles[subject.role],
    userId: subject.user === undefined ? null : world.user(subject.user).id,
    groupId: subject.group === undefined ? null : world.group(subject.group).id,
    groupInheritanceType: subject.inherited ? 1 : 0,
  };
}
