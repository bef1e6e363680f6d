import { pattern } from "../../effective/pattern";
import type { WireBranch } from "../../gitlab/answer/types";
import { ROLE } from "../../lifecycle/access/subjects";
import type { Facts, Variable } from "./facts";

/** Something that is missing or wrong, and the click that mends it. */
export interface Complaint {
  /** One word that never changes. */
  readonly code: string;
  readonly what: string;
  readonly mend: string;
}

export interface Setup {
  readonly group: string;
  /** Beginning of the names of the pipeline's environments. */
  readonly environment: string;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
const DAYS_BEFORE_EXPIRY = 30;
const CREDENTIAL =
  /(TOKEN|PASSWORD|PASSPHRASE|CREDENTIALS?|SECRET|SECRET_ACCESS_KEY|STORAGE_KEY|PRIVATE_KEY)(_FILE)?$/;
const STATE_BACKEND = ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_OIDC_ORG"];
const VARIABLES = "Settings > CI/CD > Variables";

/** Everything that is wrong with a set-up, the most dangerous first. */
export function examine(facts: Facts, setup: Setup): Complaint[] {
  return [...ofVariables(facts, setup), ...ofBranches(facts), ...ofProject(facts), ...ofToken(facts, setup)];
}

/** `access-rules/*` reaches `access-rules/production`. https://docs.gitlab.com/ci/environments/#limit-the-environment-scope-of-a-cicd-variable */
function reaches({ environment_scope: scope }: Variable, environment: string): boolean {
  return pattern(scope).test(environment);
}

/** The one that a job sees: the project's before a group's, then the longest scope. */
function seen(variables: readonly Variable[], key: string, environment: string): Variable | undefined {
  const fitting = variables.filter((each) => each.key === key && reaches(each, environment));
  const own = fitting.filter(({ owner }) => owner === fitting[0]?.owner);
  return own.sort((a, b) => b.environment_scope.length - a.environment_scope.length)[0];
}

/** What is so, of findings with their conditions before them. */
function said(found: readonly (Complaint | false | undefined)[]): Complaint[] {
  return found.filter((complaint) => complaint !== undefined && complaint !== false);
}

function ofVariables({ variables, project }: Facts, { environment }: Setup): Complaint[] {
  const jobs = jobsOf(environment);
  const tokens = jobs.map((job) => seen(variables, "GITLAB_TOKEN", job.environment));
  const [writing, ...others] = tokens;
  const path = project.path_with_namespace;
  const hasBackend = STATE_BACKEND.some((key) => seen(variables, key, `${environment}/production`));
  return [
    ...said(variables.map((each) => ofCredential(each, project))),
    ...jobs.flatMap((job, i) => ofJobToken(path, job, tokens[i])),
    ...said([
      writing !== undefined &&
        others.includes(writing) && {
          code: "one-token",
          what: "The token that writes is the one of the other jobs too",
          mend: `${path}: ${VARIABLES}: one GITLAB_TOKEN for each of ${jobs.map(({ scope }) => scope).join(", ")}`,
        },
      !hasBackend && {
        code: "backend",
        what: "No variable says where the state is",
        mend: `${path}: ${VARIABLES} > Add variable: PULUMI_BACKEND_URL (no secret: not masked) or PULUMI_ACCESS_TOKEN, protected`,
      },
    ]),
  ];
}

/** A secret that jobs see which it is not meant for. */
function ofCredential(each: Variable, project: Facts["project"]): Complaint | undefined {
  if (each.environment_scope !== "*" || !CREDENTIAL.test(each.key)) return undefined;
  const where = `${each.key} of ${each.owner}`;
  if (!each.protected)
    return {
      code: "open-credential",
      what: `${where} reaches every job of every branch, the preview's too: whoever pushes a branch can read it`,
      mend: `${each.owner}: ${VARIABLES} > ${each.key} > Edit: an environment scope, and Protect variable`,
    };
  if (project.protect_merge_request_pipelines !== true) return undefined;
  return {
    code: "shared-credential",
    what: `${where} is protected, but has no scope, and this project shares protected variables with merge requests between protected branches`,
    mend: `${project.path_with_namespace}: ${VARIABLES} > Access protected resources in merge request pipelines: off`,
  };
}

/** A job of the pipeline, and the environment whose token it gets. */
interface Job {
  readonly code: string;
  readonly job: string;
  readonly environment: string;
  readonly scope: string;
  /** Runs on protected branches alone; else for every merge request. */
  readonly isProtected: boolean;
}

function jobsOf(environment: string): readonly Job[] {
  const place = (name: string) => ({ environment: `${name}/production`, scope: `${name}/*` });
  const note = `${environment}-note`;
  return [
    { code: "write-token", job: "up", ...place(environment), isProtected: true },
    { code: "read-token", job: "plan, drift and matrix", ...place(`${environment}-read`), isProtected: true },
    { code: "note-token", job: "note", environment: note, scope: note, isProtected: false },
  ];
}

function ofJobToken(
  path: string,
  { code, job, scope, isProtected }: Job,
  token: Variable | undefined,
): Complaint[] {
  if (token === undefined) {
    const add = `${path}: ${VARIABLES} > Add variable: GITLAB_TOKEN, scope ${scope}, masked and hidden, ${isProtected ? "protected" : "not protected"}`;
    return [{ code, what: `The job ${job} has no GITLAB_TOKEN`, mend: add }];
  }
  const edit = `${token.owner}: ${VARIABLES} > GITLAB_TOKEN (${token.environment_scope}) > Edit`;
  return said([
    !token.masked && {
      code: `${code}-unmasked`,
      what: `The token of ${job} is not masked: a log can show it`,
      mend: `${edit}: Visibility: Masked`,
    },
    isProtected &&
      !token.protected &&
      token.environment_scope !== "*" && {
        code: `${code}-unprotected`,
        what: `The token of ${job} is not protected: a branch that names the environment gets it`,
        mend: `${edit}: Protect variable: on`,
      },
    !isProtected &&
      token.protected && {
        code: `${code}-protected`,
        what: `The token of ${job} is protected, so merge requests do not get it`,
        mend: `${edit}: Protect variable: off`,
      },
  ]);
}

function ofBranches(facts: Facts): Complaint[] {
  const { project, pipelineProject, branches } = facts;
  const found: Complaint[] = [];
  const path = project.path_with_namespace;
  if (pipelineProject === undefined)
    found.push({
      code: "pipeline-file",
      what: "The pipeline file is in the repository: whoever pushes a branch can change what its merge request's jobs do",
      mend: `${path}: Settings > CI/CD > General pipelines > CI/CD configuration file: .gitlab-ci.yml@<another project>:<branch>`,
    });
  const places: [string, readonly WireBranch[] | undefined, string][] = [
    [path, branches, project.default_branch ?? "main"],
  ];
  if (pipelineProject !== undefined) places.push([pipelineProject.path, pipelineProject.branches, "main"]);
  for (const [of, list, branch] of places) {
    if (list === undefined) continue;
    const mend = `${of}: Settings > Repository > Protected branches > ${branch}`;
    const rules = list.filter(({ name }) => pattern(name).test(branch));
    if (rules.length === 0) {
      found.push({
        code: "branch",
        what: `The branch ${branch} of ${of} is not protected`,
        mend: `${mend}: Add`,
      });
      continue;
    }
    const open = (levels: WireBranch["push_access_levels"]) =>
      levels.some(({ access_level: level }) => level != null && level > 0 && level <= ROLE.developer);
    if (rules.some((rule) => open(rule.push_access_levels) || open(rule.merge_access_levels)))
      found.push({
        code: "branch-developers",
        what: `Developers may push or merge to ${branch} of ${of}, and so change access rules`,
        mend: `${mend}: Allowed to push and merge: Maintainers or named people`,
      });
  }
  return found;
}

function ofProject({ project, jobTokenScope, schedules }: Facts): Complaint[] {
  const path = project.path_with_namespace;
  const branch = project.default_branch ?? "main";
  const isScheduled = schedules?.some(
    (each) => each.active && each.ref.replace(/^refs\/heads\//, "") === branch,
  );
  return said([
    jobTokenScope?.inbound_enabled === false && {
      code: "job-token",
      what: "Job tokens of every project reach this one, its copies of the state included",
      mend: `${path}: Settings > CI/CD > Job token permissions > Only this project and any groups and projects in the allowlist`,
    },
    project.only_allow_merge_if_pipeline_succeeds === false && {
      code: "merge-check",
      what: "A merge request can be merged though its preview failed",
      mend: `${path}: Settings > Merge requests > Merge checks > Pipelines must succeed`,
    },
    isScheduled === false && {
      code: "schedule",
      what: `No active schedule on ${branch}: nobody looks for drift`,
      mend: `${path}: Build > Pipeline schedules > New schedule, target branch ${branch}`,
    },
  ]);
}

function ofToken({ token, readsRules, user }: Facts, { group, now }: Setup): Complaint[] {
  const mend = `${group}: Settings > Access tokens > Add new token`;
  const expires = token?.expires_at;
  return said([
    !readsRules && {
      code: "rules",
      what: `${user.username} may not read the protected environments of ${group}; up, plan and matrix take an Owner`,
      mend: `${mend}: role Owner`,
    },
    token?.scopes.every((scope) => !["api", "read_api"].includes(scope)) && {
      code: "scope",
      what: `The token has the scopes ${token.scopes.join(", ")}, none that reads rules`,
      mend: `${mend}: scope read_api`,
    },
    token !== undefined &&
      expires == null && {
        code: "no-expiry",
        what: "The token never expires",
        mend: `${mend}: Expiration date`,
      },
    expires != null &&
      Date.parse(expires) - now.getTime() < DAYS_BEFORE_EXPIRY * DAY_MS && {
        code: "expiry",
        what: `The token expires on ${expires.slice(0, 10)}`,
        mend: `${mend}, and in the variable`,
      },
  ]);
}
