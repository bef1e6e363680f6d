import { isGitLabError } from "../../gitlab/answer/errors";
import type { WireProject, WireUser } from "../../gitlab/answer/types";
import type { GitLabClient } from "../../gitlab/request/client";
import { api, type ApiPath } from "../../gitlab/request/paths";
import { withAncestors } from "../../effective/facts";

/** https://docs.gitlab.com/api/project_level_variables/ (values are asked for by nobody and dropped at once) */
export interface Variable {
  readonly key: string;
  readonly protected: boolean;
  readonly masked: boolean;
  readonly environment_scope: string;
  /** Full path of the project or group that has it. */
  readonly owner: string;
}

export interface WireDeliveryProject extends WireProject {
  ci_config_path?: string | null;
  protect_merge_request_pipelines?: boolean;
  only_allow_merge_if_pipeline_succeeds?: boolean;
}

interface Levels {
  access_level: number | null;
}

export interface WireBranch {
  name: string;
  push_access_levels: Levels[];
  merge_access_levels: Levels[];
}

/** https://docs.gitlab.com/api/personal_access_tokens/ (project and group access tokens answer too) */
export interface WireToken {
  name: string;
  scopes: string[];
  expires_at?: string | null;
}

/** What could be learnt of a set-up; a refusal is a fact too. */
export interface Facts {
  readonly user: WireUser & { bot?: boolean };
  readonly token: WireToken | undefined;
  readonly project: WireDeliveryProject;
  /** From the group outwards: the project's own and those of the groups above. */
  readonly variables: readonly Variable[];
  readonly branches: readonly WireBranch[] | undefined;
  /** The project that holds the pipeline file, where it is another one. */
  readonly pipelineProject:
    { readonly path: string; readonly branches: readonly WireBranch[] | undefined } | undefined;
  readonly jobTokenScope: { readonly inbound_enabled: boolean } | undefined;
  readonly schedules: readonly { readonly ref: string; readonly active: boolean }[] | undefined;
  /** Whether this token may read the rules of the group. */
  readonly readsRules: boolean;
  /** What this token may not read, in words. */
  readonly unread: readonly string[];
}

export async function readFacts(client: GitLabClient, projectPath: string, group: string): Promise<Facts> {
  const unread: string[] = [];
  const allowed = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!isGitLabError(error, "forbidden", "not-found")) throw error;
      unread.push(`${what} (GitLab answered ${error.status ?? "no"})`);
      return undefined;
    }
  };
  const variablesOf = async (owner: string, path: ApiPath): Promise<Variable[]> =>
    ((await allowed(`the variables of ${owner}`, () => client.list<Variable>(path))) ?? []).map((row) => ({
      key: row.key,
      protected: row.protected,
      masked: row.masked,
      environment_scope: row.environment_scope ?? "*",
      owner,
    }));

  const project = await client.get<WireDeliveryProject>(api`/projects/${projectPath}`);
  const path = project.path_with_namespace;
  const user = await client.get<WireUser>(api`/user`);
  const token = await tokenFacts(client);
  const variables = [await variablesOf(path, api`/projects/${path}/variables`)];
  for (const above of withAncestors(path).slice(0, -1).reverse())
    variables.push(await variablesOf(above, api`/groups/${above}/variables`));
  const branchesOf = (of: string) =>
    allowed(`the protected branches of ${of}`, () =>
      client.list<WireBranch>(api`/projects/${of}/protected_branches`),
    );
  const elsewhere = /@([^:]+)(?::.*)?$/.exec(project.ci_config_path ?? "")?.[1];
  return {
    user,
    token,
    project,
    variables: variables.flat(),
    branches: await branchesOf(path),
    pipelineProject:
      elsewhere === undefined ? undefined : { path: elsewhere, branches: await branchesOf(elsewhere) },
    jobTokenScope: await allowed(`the job token permissions of ${path}`, () =>
      client.get<{ inbound_enabled: boolean }>(api`/projects/${path}/job_token_scope`),
    ),
    schedules: await allowed(`the pipeline schedules of ${path}`, () =>
      client.list<{ ref: string; active: boolean }>(api`/projects/${path}/pipeline_schedules`),
    ),
    readsRules:
      (await allowed(`the protected environments of ${group}`, () =>
        client.page<{ name: string }>(api`/groups/${group}/protected_environments`),
      )) !== undefined,
    unread,
  };
}

/** A token of OAuth cannot ask about itself. */
async function tokenFacts(client: GitLabClient): Promise<WireToken | undefined> {
  try {
    return await client.get<WireToken>(api`/personal_access_tokens/self`);
  } catch (error) {
    if (isGitLabError(error, "invalid", "unauthorized", "forbidden", "not-found")) return undefined;
    throw error;
  }
}
