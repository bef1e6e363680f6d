import { group, groupWhole, projectWhole } from "../entities/places";
import { ok } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { boolean, integer, integers, oneOf, string, withDefault } from "../http/params";
import { canSeeGroup, canSeeProject, groupLevel, projectLevel } from "../model/access";
import type { GroupRow, ProjectRow } from "../model/rows";
import type { Store } from "../model/store";
import { descendants } from "../model/tree";
import { groupOfPath } from "../rules/guards";

const groupFilters = {
  search: string,
  owned: withDefault(boolean, false),
  min_access_level: integer,
  top_level_only: withDefault(boolean, false),
  skip_groups: integers,
  order_by: withDefault(oneOf(string, ["name", "path", "id", "similarity"]), "name"),
  sort: withDefault(oneOf(string, ["asc", "desc"]), "asc"),
  ...paging,
};

type GroupFilters = Call<{
  search?: string | null | undefined;
  owned: boolean;
  min_access_level?: number | null | undefined;
  top_level_only: boolean;
  skip_groups?: number[] | null | undefined;
  order_by: string;
  sort: string;
  page: number;
  per_page: number;
}>;

/** https://docs.gitlab.com/api/groups/#list-groups */
const groups = endpoint("GET", "/groups", { who: "anyone", params: groupFilters }, (call) =>
  listed(call, call.store.groups.all()),
);
const subgroups = endpoint("GET", "/groups/:id/subgroups", { who: "anyone", params: groupFilters }, (call) =>
  listed(call, call.store.groups.where("parent", groupOfPath(call).id)),
);
const below = endpoint(
  "GET",
  "/groups/:id/descendant_groups",
  { who: "anyone", params: groupFilters },
  (call) => listed(call, descendants(call.store, groupOfPath(call))),
);

function listed(call: GroupFilters, candidates: readonly GroupRow[]) {
  const { store, user, params } = call;
  const wanted = params.search?.toLowerCase() ?? "";
  const least = Math.max(params.min_access_level ?? 0, params.owned ? 50 : 0);
  const rows = candidates.filter(
    (row) =>
      canSeeGroup(store, user, row) &&
      (!params.top_level_only || row.parentId === null) &&
      !params.skip_groups?.includes(row.id) &&
      (row.name.toLowerCase().includes(wanted) || row.path.toLowerCase().includes(wanted)) &&
      (least === 0 || (user !== null && groupLevel(store, user.id, row) >= least)),
  );
  return page(
    call,
    sorted(rows, params.order_by === "path" ? "path" : params.order_by === "id" ? "id" : "name", params.sort),
    (row) => group(store, row),
  );
}

function sorted<T extends { id: number }>(rows: T[], by: keyof T, direction: string): T[] {
  const sign = direction === "desc" ? -1 : 1;
  return rows.sort((a, b) => sign * (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : a.id - b.id));
}

const one = endpoint(
  "GET",
  "/groups/:id",
  { who: "anyone", params: { with_projects: withDefault(boolean, true) } },
  (call) => {
    const row = groupOfPath(call);
    const whole = groupWhole(call.store, row);
    if (!call.params.with_projects) return ok(whole);
    const show = (each: ProjectRow) => projectWhole(call.store, each, call.user);
    return ok({
      ...whole,
      projects: call.store.projects
        .where("group", row.id)
        .filter((each) => canSeeProject(call.store, call.user, each))
        .slice(0, 100)
        .map(show),
      shared_projects: sharedWith(call.store, row)
        .filter((each) => canSeeProject(call.store, call.user, each))
        .slice(0, 100)
        .map(show),
    });
  },
);

/** Projects that the group is invited to. */
function sharedWith(store: Store, row: GroupRow): ProjectRow[] {
  return store.shares
    .where("group", row.id)
    .map((share) => (share.source.kind === "project" ? store.projects.get(share.source.id) : undefined))
    .filter((project) => project !== undefined);
}

/** https://docs.gitlab.com/api/groups/#list-projects */
const projects = endpoint(
  "GET",
  "/groups/:id/projects",
  {
    who: "anyone",
    params: {
      archived: boolean,
      include_subgroups: withDefault(boolean, false),
      with_shared: withDefault(boolean, true),
      min_access_level: integer,
      search: string,
      simple: boolean,
      order_by: withDefault(
        oneOf(string, [
          "id",
          "name",
          "path",
          "created_at",
          "updated_at",
          "last_activity_at",
          "similarity",
          "star_count",
        ]),
        "created_at",
      ),
      sort: withDefault(oneOf(string, ["asc", "desc"]), "desc"),
      ...paging,
    },
  },
  (call) => {
    const { store, user, params } = call;
    const row = groupOfPath(call);
    const homes = params.include_subgroups ? [row, ...descendants(store, row)] : [row];
    const own = homes.flatMap((home) => store.projects.where("group", home.id));
    const all = new Set(params.with_shared ? [...own, ...sharedWith(store, row)] : own);
    const wanted = params.search?.toLowerCase() ?? "";
    const rows = [...all].filter(
      (project) =>
        canSeeProject(store, user, project) &&
        (params.archived == null || project.archived === params.archived) &&
        project.name.toLowerCase().includes(wanted) &&
        (params.min_access_level == null ||
          (user !== null && projectLevel(store, user.id, project) >= params.min_access_level)),
    );
    const by =
      params.order_by === "name"
        ? "name"
        : params.order_by === "path"
          ? "path"
          : params.order_by === "id"
            ? "id"
            : "createdAt";
    return page(call, sorted(rows, by, params.sort), (project) => projectWhole(store, project, user));
  },
);

export const groupRoutes = [groups, subgroups, below, one, projects];
