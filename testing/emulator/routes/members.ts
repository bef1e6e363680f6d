import { member } from "../entities/people";
import { ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { integer, integers, required, string } from "../http/params";
import { asRef, hasExpired } from "../model/access";
import type { ContainerRef, MemberRow } from "../model/rows";
import { keyOf } from "../model/store";
import type { Store } from "../model/store";
import { ancestry, groupOf } from "../model/tree";
import { groupOfPath, projectOf } from "../rules/guards";

/** The container, what it inherits from, and their invited groups' members; each user once, with the highest role. */
function allMembers(store: Store, container: ContainerRef): MemberRow[] {
  const best = new Map<number, MemberRow>();
  const take = (row: MemberRow): void => {
    if (hasExpired(store, row)) return;
    if ((best.get(row.userId)?.level ?? 0) < row.level) best.set(row.userId, row);
  };
  for (const source of sourcesOf(store, container)) {
    for (const row of store.members.where("source", keyOf(source))) take(row);
    for (const share of store.shares.where("source", keyOf(source))) {
      if (hasExpired(store, share)) continue;
      const invited = store.groups.get(share.groupId);
      for (const group of invited ? ancestry(store, invited) : []) {
        for (const row of store.members.where("source", keyOf(asRef("group", group)))) {
          take({ ...row, level: Math.min(row.level, share.level) });
        }
      }
    }
  }
  return [...best.values()].sort((a, b) => a.userId - b.userId);
}

function sourcesOf(store: Store, container: ContainerRef): ContainerRef[] {
  if (container.kind === "group") {
    const group = store.groups.get(container.id);
    return group ? ancestry(store, group).map((each) => asRef("group", each)) : [];
  }
  const project = store.projects.get(container.id);
  return project ? [container, ...sourcesOf(store, asRef("group", groupOf(store, project)))] : [];
}

/** https://docs.gitlab.com/api/project_members/ and group_members: the same for both. */
function membersOf(base: string, find: (call: Call<unknown>) => ContainerRef) {
  const filters = { query: string, user_ids: integers, ...paging };
  const rowsOf = (call: Call<unknown>, inherited: boolean): readonly MemberRow[] => {
    const container = find(call);
    if (inherited) return allMembers(call.store, container);
    return call.store.members.where("source", keyOf(container));
  };
  return ["/members", "/members/all"].flatMap((path) => {
    const inherited = path.endsWith("/all");
    const list = endpoint("GET", base + path, { who: "anyone", params: filters }, (call) => {
      const wanted = call.params.query?.toLowerCase() ?? "";
      const rows = rowsOf(call, inherited).filter((row) => {
        const user = call.store.users.get(row.userId);
        const fits = `${user?.name}\n${user?.username}`.toLowerCase().includes(wanted);
        return fits && (call.params.user_ids?.includes(row.userId) ?? true);
      });
      return page(call, rows, (row) => member(call.store, row));
    });
    const one = endpoint(
      "GET",
      `${base}${path}/:user_id`,
      { who: "anyone", params: { user_id: required(integer) } },
      (call) => {
        const row = rowsOf(call, inherited).find((each) => each.userId === call.params.user_id);
        if (row === undefined) throw refuse.noRecord();
        return ok(member(call.store, row));
      },
    );
    return [list, one];
  });
}

export const members = [
  ...membersOf("/projects/:id", (call) => asRef("project", projectOf(call))),
  ...membersOf("/groups/:id", (call) => asRef("group", groupOfPath(call))),
];
