import { isGitLabError, unless } from "../../gitlab/answer/errors";
import type { WireBranch, WireProject, WireUser } from "../../gitlab/answer/types";
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

type WireDeliveryProject = WireProject & {
  ci_config_path?: string | null;
  protect_merge_request_pipelines?: boolean;
  only_allow_merge_if_pipeline_succeeds?: boolean;
};

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
  readonly readsRules: boolean;
  /** What this token may not read, in words. */
  readonly unread: readonly string[];
}

export async function readFacts(client: GitLabClient, projectPath: string, group: string): Promise<Facts> {
  const project = await client.get<WireDeliveryProject>(api`/projects/${projectPath}`);
  const path = project.path_with_namespace;
  const user = await client.get<WireUser>(api`/user`);
  // A token of OAuth cannot ask about itself.
  const asked = client.get<WireToken>(api`/personal_access_tokens/self`);
  const token = await unless(asked, "invalid", "unauthorized", "forbidden", "not-found");
  const reader = new Reader(client);
  const variables = [await reader.variables(path, api`/projects/${path}/variables`)];
  for (const above of withAncestors(path).slice(0, -1).reverse())
    variables.push(await reader.variables(above, api`/groups/${above}/variables`));
  const elsewhere = /@([^:]+)(?::.*)?$/.exec(project.ci_config_path ?? "")?.[1];
  return {
    user,
    token,
    project,
    variables: variables.flat(),
    branches: await reader.branches(path),
    pipelineProject:
      elsewhere === undefined ? undefined : { path: elsewhere, branches: await reader.branches(elsewhere) },
    jobTokenScope: await reader.read(`the job token permissions of ${path}`, () =>
      client.get<{ inbound_enabled: boolean }>(api`/projects/${path}/job_token_scope`),
    ),
    schedules: await reader.read(`the pipeline schedules of ${path}`, () =>
      client.list<{ ref: string; active: boolean }>(api`/projects/${path}/pipeline_schedules`),
    ),
    readsRules:
      (await reader.read(`the protected environments of ${group}`, () =>
        client.page<{ name: string }>(api`/groups/${group}/protected_environments`),
      )) !== undefined,
    unread: reader.unread,
  };
}

/** Notes what the token may not read, and goes on. */
class Reader {
  readonly unread: string[] = [];

  constructor(private readonly client: GitLabClient) {}

  async read<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!isGitLabError(error, "forbidden", "not-found")) throw error;
      this.unread.push(`${what} (GitLab answered ${error.status ?? "no"})`);
      return undefined;
    }
  }

  async variables(owner: string, path: ApiPath): Promise<Variable[]> {
    const rows = await this.read(`the variables of ${owner}`, () => this.client.list<Variable>(path));
    return (rows ?? []).map((row) => ({
      key: row.key,
      protected: row.protected,
      masked: row.masked,
      environment_scope: row.environment_scope ?? "*",
      owner,
    }));
  }

  branches(of: string): Promise<WireBranch[] | undefined> {
    const path = api`/projects/${of}/protected_branches`;
    return this.read(`the protected branches of ${of}`, () => this.client.list<WireBranch>(path));
  }
}
