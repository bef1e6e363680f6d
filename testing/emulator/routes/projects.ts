import { projectWhole } from "../entities/places";
import { ok } from "../http/answers";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { boolean, string } from "../http/params";
import { canSeeProject, projectLevel } from "../model/access";
import { projectOf } from "../rules/guards";

/** https://docs.gitlab.com/api/projects/#get-a-single-project */
const one = endpoint("GET", "/projects/:id", { who: "anyone" }, (call) =>
  ok(projectWhole(call.store, projectOf(call), call.user)),
);

const list = endpoint(
  "GET",
  "/projects",
  {
    who: "anyone",
    params: { search: string, membership: boolean, archived: boolean, simple: boolean, ...paging },
  },
  (call) => {
    const { store, user, params } = call;
    const wanted = params.search?.toLowerCase() ?? "";
    const rows = store.projects
      .all()
      .filter(
        (project) =>
          canSeeProject(store, user, project) &&
          project.name.toLowerCase().includes(wanted) &&
          (params.archived == null || project.archived === params.archived) &&
          (params.membership !== true || (user !== null && projectLevel(store, user.id, project) > 0)),
      );
    return page(call, rows.reverse(), (project) => projectWhole(store, project, user));
  },
);

export const projects = [one, list];
