import type { Endpoint } from "../http/endpoint";
import { ciSettingRoutes } from "./ciSettings";
import { deploymentApproval } from "./deploymentApproval";
import { deploymentList } from "./deploymentList";
import { deployments } from "./deployments";
import { environmentCleanup } from "./environmentCleanup";
import { environments } from "./environments";
import { groupRoutes } from "./groups";
import { members } from "./members";
import { mergeRequests } from "./mergeRequests";
import { people } from "./people";
import { pipelineActions } from "./pipelineActions";
import { pipelineList } from "./pipelineList";
import { pipelines } from "./pipelines";
import { projects } from "./projects";
import { protectedEnvironments } from "./protectedEnvironments";

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
