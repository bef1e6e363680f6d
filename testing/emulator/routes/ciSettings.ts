import { ok, refuse } from "../http/answers";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { ciSettings, type CiVariable } from "../model/ciSettings";
import { asRef } from "../model/access";
import { groupOfPath, mustHold, projectOf } from "../rules/guards";

const MAINTAINER = 40;
const OWNER = 50;

const shown = (variable: CiVariable) => ({
  variable_type: "env_var",
  hidden: false,
  raw: false,
  description: null,
  ...variable,
});

/** https://docs.gitlab.com/api/project_level_variables/#list-project-variables */
const ofProject = endpoint("GET", "/projects/:id/variables", { who: "user", params: paging }, (call) => {
  const project = projectOf(call);
  mustHold(call, asRef("project", project), MAINTAINER);
  return page(call, ciSettings(project).variables, shown);
});

/** https://docs.gitlab.com/api/group_level_variables/#list-group-variables */
const ofGroup = endpoint("GET", "/groups/:id/variables", { who: "user", params: paging }, (call) => {
  const group = groupOfPath(call);
  mustHold(call, asRef("group", group), OWNER);
  return page(call, ciSettings(group).variables, shown);
});

/** https://docs.gitlab.com/api/protected_branches/ */
const branches = endpoint(
  "GET",
  "/projects/:id/protected_branches",
  { who: "user", params: paging },
  (call) => {
    const project = projectOf(call);
    mustHold(call, asRef("project", project), MAINTAINER);
    return page(call, project.protectedRefs, ({ name, level }) => ({
      id: project.protectedRefs.findIndex((each) => each.name === name) + 1,
      name,
      push_access_levels: [{ id: 1, access_level: level, user_id: null, group_id: null }],
      merge_access_levels: [{ id: 1, access_level: level, user_id: null, group_id: null }],
      allow_force_push: false,
    }));
  },
);

/** https://docs.gitlab.com/api/project_job_token_scopes/ */
const jobTokenScope = endpoint("GET", "/projects/:id/job_token_scope", { who: "user" }, (call) => {
  const project = projectOf(call);
  mustHold(call, asRef("project", project), MAINTAINER);
  return ok({ inbound_enabled: ciSettings(project).jobTokenScope, outbound_enabled: false });
});

/** https://docs.gitlab.com/api/pipeline_schedules/ */
const schedules = endpoint(
  "GET",
  "/projects/:id/pipeline_schedules",
  { who: "user", params: paging },
  (call) => {
    const project = projectOf(call);
    if (!project.ciEnabled) throw refuse.forbidden();
    return page(call, ciSettings(project).schedules, (schedule) => ({
      id: 1,
      cron: "0 6 * * *",
      ...schedule,
    }));
  },
);

export const ciSettingRoutes = [ofProject, ofGroup, branches, jobTokenScope, schedules];
