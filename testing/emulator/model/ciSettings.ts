import type { GroupRow, ProjectRow } from "./rows";

/** https://docs.gitlab.com/api/project_level_variables/ */
export interface CiVariable {
  readonly key: string;
  readonly value: string;
  readonly protected: boolean;
  readonly masked: boolean;
  readonly environment_scope: string;
}

export interface PipelineSchedule {
  readonly description: string;
  readonly ref: string;
  readonly active: boolean;
}

/** What a project's or group's owners set for its pipelines; as GitLab has it where nobody has. */
export interface CiSettings {
  variables: CiVariable[];
  configPath: string;
  protectMergeRequestPipelines: boolean;
  onlyAllowMergeIfPipelineSucceeds: boolean;
  /** Whether only projects on its list may reach it with their job tokens. */
  jobTokenScope: boolean;
  schedules: PipelineSchedule[];
}

const settings = new WeakMap<ProjectRow | GroupRow, CiSettings>();

/** The settings of a project or group, to read and to change. */
export function ciSettings(owner: ProjectRow | GroupRow): CiSettings {
  const known = settings.get(owner) ?? {
    variables: [],
    configPath: "",
    protectMergeRequestPipelines: true,
    onlyAllowMergeIfPipelineSucceeds: false,
    jobTokenScope: true,
    schedules: [],
  };
  settings.set(owner, known);
  return known;
}
