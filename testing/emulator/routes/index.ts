import type { Endpoint } from "../http/endpoint";
import { ciSettingRoutes } from "./ci-settings";
import { deploymentApproval } from "./deployment-approval";
import { deploymentList } from "./deployment-list";
import { deployments } from "./deployments";
import { environmentCleanup } from "./environment-cleanup";
import { environments } from "./environments";
import { groupRoutes } from "./groups";
import { members } from "./members";
import { mergeRequests } from "./merge-requests";
import { people } from "./people";
import { pipelineActions } from "./pipeline-actions";
import { pipelineList } from "./pipeline-list";
import { pipelines } from "./pipelines";
import { projects } from "./projects";
import { protectedEnvironments } from "./protected-environments";

/** Every endpoint the emulator answers. */
export const endpoints: readonly Endpoint[] = [
  ...people,
  ...groupRoutes,
  ...projects,
  ...members,
  ...environments,
  ...environmentCleanup,
  ...protectedEnvironments,
  ...deploymentList,
  ...deployments,
  ...deploymentApproval,
  ...pipelineList,
  ...pipelines,
  ...pipelineActions,
  ...mergeRequests,
  ...ciSettingRoutes,
];
