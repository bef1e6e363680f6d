import type { Endpoint } from "../http/endpoint";
import { environmentCleanup } from "./environment-cleanup";
import { environments } from "./environments";
import { groupRoutes } from "./groups";
import { members } from "./members";
import { people } from "./people";
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
];
