import { holds } from "../model/access";
import type { AgentRow, EnvironmentRow, UserRow } from "../model/rows";
import { Role } from "../model/rows";
import type { Store } from "../model/store";
import { projectBasic } from "./places";

const iso = (date: Date | null) => date?.toISOString() ?? null;

/** The form that deployments and review-app clean-up embed. */
export function environmentBasic(row: EnvironmentRow) {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    external_url: row.externalUrl,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** What every answer about an environment has; agents show only to those who may read them. */
export function environmentCommon(store: Store, row: EnvironmentRow, user: UserRow | null) {
  const agent = row.agentId === null ? undefined : store.agents.get(row.agentId);
  const readsAgents = holds(store, user, { kind: "project", id: row.projectId }, Role.Developer);
  return {
    ...environmentBasic(row),
    tier: row.tier,
    state: row.state,
    auto_stop_at: iso(row.autoStopAt),
    description: row.description,
    auto_stop_setting: row.autoStopSetting,
    ...(agent &&
      readsAgents && {
        cluster_agent: clusterAgent(store, agent),
        kubernetes_namespace: row.kubernetesNamespace,
        flux_resource_path: row.fluxResourcePath,
      }),
  };
}

/** Lists and writes show the project; a single GET shows `last_deployment` instead. */
export function environmentWithProject(store: Store, row: EnvironmentRow, user: UserRow | null) {
  const project = store.projects.get(row.projectId);
  return { ...environmentCommon(store, row, user), project: project && projectBasic(store, project) };
}

function clusterAgent(store: Store, agent: AgentRow) {
  const project = store.projects.get(agent.projectId);
  return {
    id: agent.id,
    name: agent.name,
    config_project: project && projectBasic(store, project),
    created_at: agent.createdAt.toISOString(),
    created_by_user_id: agent.createdByUserId,
  };
}
