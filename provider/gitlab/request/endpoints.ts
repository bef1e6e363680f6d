import * as shape from "../answer/rows";
import type { RowShape } from "../answer/shape";
import type { ApiPath } from "./paths";

/** What a method of an endpoint answers: one record, a list of them, or nothing that is looked at. */
interface Answer {
  readonly row?: RowShape;
  readonly many?: true;
  /**
   * `CI_JOB_TOKEN` is taken. Elsewhere GitLab ignores it, so the request would be an anonymous one and its 401 or 404 would
   * mislead. https://docs.gitlab.com/ci/jobs/ci_job_token/#job-token-access
   */
  readonly job?: true;
  /** The field of the record that is what the last `:` of the path says. */
  readonly is?: "id" | "name";
  /** The field of a new record that is as it was sent. */
  readonly made?: "name";
  /** The least role that may, for whoever is refused. https://docs.gitlab.com/user/permissions/ */
  readonly role?: string;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Endpoint = Readonly<Partial<Record<Method, Answer>>>;

const one = (row: RowShape): Answer => ({ row });
const many = (row: RowShape): Answer => ({ row, many: true });
const nothing: Answer = {};
const job = (answer: Answer): Answer => ({ ...answer, job: true });

/** The record that the path names, by its number or its name. */
const that = (row: RowShape, is: "id" | "name" = "id"): Answer => ({ row, is });
/** The new record of that name. */
const made = (row: RowShape): Answer => ({ row, made: "name" });

const may = (role: string, answer: Answer): Answer => ({ ...answer, role });

/** The same role for each method of an endpoint. */
const by = (role: string, endpoint: Endpoint): Endpoint =>
  Object.fromEntries(Object.entries(endpoint).map(([method, answer]) => [method, { ...answer, role }]));

const protections: Endpoint = { GET: many(shape.PROTECTION), POST: made(shape.PROTECTION) };
const protection: Endpoint = {
  GET: that(shape.PROTECTION, "name"),
  PUT: that(shape.PROTECTION, "name"),
  DELETE: nothing,
};
const OWNER = "the Owner role in the group (Maintainer is not enough)";
const MAINTAINER = "the Maintainer role in the project";
const DEVELOPER =
  "the Developer role in the project and, where the environment is protected, the right to deploy to it";
const RUNNER =
  "the Developer role in the project and, where the ref is protected, the right to push or merge to it";

/** Every endpoint that is called, `:` standing for a part that is encoded into it. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "/projects/:/environments": {
    GET: job(many(shape.ENVIRONMENT)),
    POST: may(DEVELOPER, job(made(shape.ENVIRONMENT))),
  },
  "/projects/:/environments/:": {
    GET: job(that(shape.ENVIRONMENT)),
    PUT: may(DEVELOPER, job(that(shape.ENVIRONMENT))),
    DELETE: may(DEVELOPER, job(nothing)),
  },
  "/projects/:/environments/:/stop": { POST: may(DEVELOPER, job(that(shape.ENVIRONMENT))) },
  "/projects/:/environments/review_apps": { DELETE: may(DEVELOPER, job(one(shape.CLEANUP))) },
  "/projects/:/environments/stop_stale": { POST: may(MAINTAINER, job(one(shape.MESSAGE))) },

  "/groups/:/protected_environments": by(OWNER, protections),
  "/groups/:/protected_environments/:": by(OWNER, protection),
  "/projects/:/protected_environments": by(MAINTAINER, protections),
  "/projects/:/protected_environments/:": by(MAINTAINER, protection),

  "/projects/:/deployments": {
    GET: job(many(shape.DEPLOYMENT)),
    POST: may(DEVELOPER, job(one(shape.DEPLOYMENT))),
  },
  "/projects/:/deployments/:": {
    GET: job(that(shape.DEPLOYMENT)),
    PUT: may(DEVELOPER, job(that(shape.DEPLOYMENT))),
    DELETE: may(MAINTAINER, job(nothing)),
  },
  "/projects/:/deployments/:/merge_requests": { GET: job(many(shape.MERGE_REQUEST)) },
  "/projects/:/deployments/:/approval": { POST: job(one(shape.APPROVAL)) },

  // Reading pipelines with a job token depends on the version: left to GitLab to decide.
  "/projects/:/pipelines": { GET: job(many(shape.PIPELINE)) },
  "/projects/:/pipelines/latest": { GET: one(shape.PIPELINE) },
  "/projects/:/pipelines/:": {
    GET: job(that(shape.PIPELINE)),
    DELETE: may("the Owner role in the project", nothing),
  },
  "/projects/:/pipelines/:/metadata": { PUT: job(that(shape.PIPELINE)) },
  "/projects/:/pipelines/:/retry": { POST: may(RUNNER, that(shape.PIPELINE)) },
  "/projects/:/pipelines/:/cancel": { POST: may(RUNNER, that(shape.PIPELINE)) },
  "/projects/:/pipelines/:/jobs": { GET: job(many(shape.JOB)) },
  "/projects/:/pipelines/:/bridges": { GET: job(many(shape.BRIDGE)) },
  "/projects/:/pipelines/:/trigger_jobs": { GET: job(many(shape.BRIDGE)) },
  "/projects/:/pipelines/:/variables": {
    GET: may("the Maintainer role in the project, or to be who started the pipeline", many(shape.VARIABLE)),
  },
  "/projects/:/pipelines/:/test_report": { GET: one(shape.TEST_REPORT) },
  "/projects/:/pipelines/:/test_report_summary": { GET: one(shape.TEST_REPORT_SUMMARY) },
  "/projects/:/pipeline": { POST: may(RUNNER, one(shape.PIPELINE)) },
  "/projects/:/merge_requests/:/pipelines": { POST: may(RUNNER, one(shape.PIPELINE)) },

  "/projects/:": { GET: that(shape.PROJECT) },
  "/projects/:/members/all": { GET: many(shape.MEMBER) },
  "/projects/:/merge_requests/:/notes": { GET: many(shape.NOTE), POST: one({ id: "id" }) },
  "/projects/:/merge_requests/:/notes/:": { PUT: that({ id: "id" }) },
  "/groups/:": { GET: that(shape.GROUP) },
  "/groups/:/projects": { GET: many(shape.PROJECT) },
  "/groups/:/descendant_groups": { GET: many(shape.GROUP) },
  "/groups/:/members": { GET: many(shape.MEMBER) },
  "/groups/:/members/all": { GET: many(shape.MEMBER) },
  "/projects/:/variables": { GET: many(shape.CI_VARIABLE) },
  "/groups/:/variables": { GET: many(shape.CI_VARIABLE) },
  "/projects/:/protected_branches": { GET: many(shape.PROTECTED_BRANCH) },
  "/projects/:/job_token_scope": { GET: one({ inbound_enabled: "boolean" }) },
  "/projects/:/pipeline_schedules": { GET: many({ ref: "string", active: "boolean" }) },
  "/personal_access_tokens/self": { GET: one({ name: "string", scopes: "list", expires_at: "string?" }) },
  "/user": { GET: one(shape.USER) },
  "/users": { GET: many(shape.USER) },
  "/users/:": { GET: that(shape.USER) },
};

/** What is known of a request; undefined for an endpoint that is not in the table, whose answer nobody checks. */
export function answerOf(method: string, { template }: ApiPath): Answer | undefined {
  return ENDPOINTS[template]?.[method as Method];
}

/** Whether a job token is of any use for this request. */
export function jobTokenAccepted(method: string, path: ApiPath): boolean {
  return answerOf(method, path)?.job === true;
}
