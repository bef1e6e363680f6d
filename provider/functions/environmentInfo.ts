import type { JobInfo } from "./jobInfo";
import type { UserInfo } from "./people";

/** An environment as a part of another object. */
export interface EnvironmentSummary {
  id: number;
  name: string;
  /** The name in a form fit for addresses, at most 24 characters. */
  slug: string;
  externalUrl: string | null;
  /** ISO 8601, as every time here. */
  createdAt: string;
  updatedAt: string;
}

/** An environment, as lists and the stop action answer it. https://docs.gitlab.com/api/environments/ */
export interface EnvironmentInfo extends EnvironmentSummary {
  /** `production`, `staging`, `testing`, `development` or `other`. */
  tier: string;
  /** `stopping` while a stop job runs. */
  state: "available" | "stopping" | "stopped";
  /** When GitLab will stop it by itself. */
  autoStopAt: string | null;
  /** GitLab 17.x or newer. */
  description?: string | null;
  /** GitLab 17.8 or newer. */
  autoStopSetting?: "always" | "with_action";
  /** Only where an agent is attached and the caller may read agents; so are the next two. */
  clusterAgent?: ClusterAgentInfo;
  kubernetesNamespace?: string | null;
  fluxResourcePath?: string | null;
  /** The project it is in; not in the answer of `getEnvironment`. */
  project?: ProjectInfo;
}

/** An environment, as `getEnvironment` answers it. */
export interface EnvironmentDetails extends Omit<EnvironmentInfo, "project"> {
  /** The latest successful deployment by finish time; null where there was none. */
  lastDeployment: LastDeployment | null;
}

/** A deployment inside of its environment: without approvals. */
export interface LastDeployment {
  id: number;
  /** Counts within the project. */
  iid: number;
  ref: string;
  sha: string;
  /** ISO 8601, as every time here. */
  createdAt: string;
  updatedAt: string;
  /** Who deployed. */
  user: UserInfo | null;
  /** The CI job; null for a deployment made through the API. */
  deployable: JobInfo | null;
  /** `created`, `running`, `success`, `failed`, `canceled`, `skipped` or `blocked` (waits for approvals). */
  status: string;
}

/** An agent for Kubernetes. Its time is ISO 8601. */
export interface ClusterAgentInfo {
  id: number;
  name: string;
  /** The project that holds its configuration. */
  configProject: ProjectInfo;
  createdAt: string;
  createdByUserId: number | null;
}

/** A project as GitLab shows it beside other objects; what not every version answers is optional. Times are ISO 8601. */
export interface ProjectInfo {
  id: number;
  name: string;
  description: string | null;
  /** With its groups: `Acme / Shop`. */
  nameWithNamespace: string;
  path: string;
  /** Full path: `acme/shop`. */
  pathWithNamespace: string;
  createdAt: string;
  defaultBranch?: string | null;
  /** Deprecated name of `topics`. */
  tagList?: string[];
  topics?: string[];
  sshUrlToRepo?: string;
  httpUrlToRepo?: string;
  webUrl?: string;
  readmeUrl?: string | null;
  forksCount?: number;
  avatarUrl?: string | null;
  starCount?: number;
  lastActivityAt?: string;
  visibility?: string;
  /** The group or user it lives in. */
  namespace?: NamespaceInfo;
}

/** A group or a user's own space. */
export interface NamespaceInfo {
  id: number;
  name: string;
  path: string;
  /** `group` or `user`. */
  kind: string;
  fullPath: string;
  parentId: number | null;
  avatarUrl: string | null;
  webUrl: string;
}
