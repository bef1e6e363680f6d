import type { Connection } from "../connection/connection";
import { printable, readErrorBody, type ErrorBody } from "./errorBody";
import { GitLabError, type GitLabErrorKind } from "./errors";

/** What was asked, for errors: nothing in it is secret. */
export interface Asked {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  readonly connection: Connection;
}

const changesNothing = (method: string): boolean => method === "GET" || method === "HEAD";

export const redactor =
  ({ credential }: Connection): ((text: string) => string) =>
  (text) =>
    credential === undefined ? text : credential.redact(text);

/** The start of every sentence about a request. */
function request({ method, url, connection }: Asked): string {
  return `${method} ${printable(url, redactor(connection), 300)}`;
}

const facts = ({ method, url, connection }: Asked): { method: string; url: string } => ({
  method,
  url: printable(url, redactor(connection), 1000),
});

/** For a write that reached GitLab without a clear answer. */
const outcome = (method: string): "no" | "unknown" => (changesNothing(method) ? "no" : "unknown");

const KINDS: Readonly<Record<number, GitLabErrorKind>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  407: "network",
  409: "conflict",
  429: "rate-limited",
};

function kindOf(status: number, body: ErrorBody): GitLabErrorKind {
  // The clean-up of review apps says 401 with a nested body where the role is too small; the token is fine.
  if (status === 401 && body.nested) return "forbidden";
  return KINDS[status] ?? (status >= 500 ? "server" : "invalid");
}

/** Config is read as of the last `pulumi up` by refresh and destroy, so a rotated token arrives there too late. */
function unauthorizedHint(connection: Connection, code: string | undefined): string {
  const { credential } = connection;
  if (credential === undefined) return connection.tokenHelp;
  const { origin, source, kind } = credential;
  const state = code === "invalid_token" ? "is expired or was revoked" : "is not (or no longer) valid there";
  if (kind === "job-token")
    return `${origin} ends with its job. Set GITLAB_TOKEN for anything that runs longer.`;
  if (source === "environment") return `The token in ${origin} ${state}: set a valid one.`;
  const variable = connection.name === undefined ? "GITLAB_TOKEN" : "the variable for it";
  return (
    `The token in the stack configuration (${origin}) ${state}. If you have replaced it since: refresh and destroy use ` +
    `the configuration as of the last \`pulumi up\`, so run \`pulumi up\` first, add \`--run-program\`, or set ${variable}.`
  );
}

function forbiddenHint(connection: Connection, code: string | undefined): string | undefined {
  if (code === "insufficient_scope")
    return "The token needs the scope `api` (`read_api` is enough only for reading).";
  if (connection.credential?.kind !== "job-token") return undefined;
  return "The job's project must be on the job token allowlist of the project it asks for.";
}

function hintFor(status: number, body: ErrorBody, { method, connection }: Asked): string | undefined {
  const isJob = connection.credential?.kind === "job-token";
  if (status === 401 && !body.nested) return unauthorizedHint(connection, body.code);
  if (status === 403) return forbiddenHint(connection, body.code);
  if (status === 404 && isJob) {
    return "GitLab also answers so where the job's project is not on the job token allowlist; a token in GITLAB_TOKEN would tell.";
  }
  if (status === 405) return "The project was renamed or moved: use its new path, or its numeric id.";
  if (status === 407) return "The proxy asks for a user name and password: put them into HTTPS_PROXY.";
  if (status === 410) return "This GitLab does not have that API (any more).";
  if (status === 412) return "It was changed in the meantime: look at the change, then run again.";
  if (status === 429) return "Run again later, or lower GITLAB_MAX_REQUESTS.";
  if (status < 500) return undefined;
  return changesNothing(method)
    ? "GitLab, or something in front of it, has trouble: try again later."
    : "It may have happened all the same: the next run looks before it does anything.";
}

/** GitLab refused. `waited` is what it asked for where that was too long to wait. */
export function refusal(asked: Asked, status: number, text: string, waited?: number): GitLabError {
  const body = readErrorBody(text, redactor(asked.connection));
  const words = body.details.sentences.slice(0, 5).join("; ").replace(/\.$/, "");
  const said = words === "" ? "" : `: ${words}`;
  const wait =
    waited === undefined
      ? ""
      : ` It asks to wait ${Math.ceil(waited / 1000)} seconds, longer than this run does.`;
  const hint = hintFor(status, body, asked);
  return new GitLabError(`${request(asked)}: GitLab answered ${status}${said}.${wait}`, {
    kind: kindOf(status, body),
    status,
    ...facts(asked),
    details: body.details,
    applied: status >= 500 ? outcome(asked.method) : "no",
    ...(status !== 404 || body.missing === undefined ? {} : { missing: body.missing }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** No connection could be made, so nothing happened. `code` is Node's: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
export function noConnection(asked: Asked, code: string): GitLabError {
  const certificate = /CERT|SIGNATURE|SELF_SIGNED/.test(code);
  return new GitLabError(`${request(asked)}: no connection could be made (${code}).`, {
    kind: "network",
    ...facts(asked),
    hint: certificate
      ? "The certificate is not trusted here: name the file of its authority in NODE_EXTRA_CA_CERTS."
      : "Check the address, the network and the proxy settings.",
  });
}

/** The request was sent and no complete answer came. */
export function lostAnswer(asked: Asked, reason: string): GitLabError {
  return new GitLabError(`${request(asked)}: no complete answer came (${reason}).`, {
    kind: "lost",
    ...facts(asked),
    applied: outcome(asked.method),
    ...(changesNothing(asked.method)
      ? {}
      : { hint: "It may have happened all the same: the next run looks before it does anything." }),
  });
}

/** A success status with something that no GitLab sends. */
export function badAnswer(asked: Asked, what: string, hint?: string): GitLabError {
  return new GitLabError(`${request(asked)}: the answer ${what}.`, {
    kind: "bad-answer",
    ...facts(asked),
    applied: outcome(asked.method),
    hint:
      hint ?? "Check that the base URL is that of a GitLab, and that nothing in between changes its answers.",
  });
}

/** Entries came without ids before they could be changed one by one. https://docs.gitlab.com/api/protected_environments/ */
const ENTRY_ID = /(?:deploy_access_levels|approval_rules)\[\d+\]\.id$/;

/** A success status, JSON, and not what the endpoint answers. `flaw` is the path of the field, `""` for the whole. */
export function misshapen(asked: Asked, flaw: string): GitLabError {
  const field = flaw.replace(/^\[\d+\]\.?/, "");
  if (field === "") return badAnswer(asked, flaw === "" ? "is not a record" : "has a row that is no record");
  const hint = ENTRY_ID.test(flaw)
    ? "GitLab before 15.4 cannot change access rules one by one, and is too old for this package."
    : undefined;
  return badAnswer(asked, `has no usable "${field}"`, hint);
}

/** The credential stays with the configured GitLab, so a redirect away from it is not followed. */
export function redirected(asked: Asked, location: string): GitLabError {
  const target = printable(location, redactor(asked.connection), 300);
  return new GitLabError(`${request(asked)}: GitLab redirected to ${target}, which is not followed.`, {
    kind: "configuration",
    ...facts(asked),
    hint: "Where GitLab itself has moved, set the base URL to its new address. The token is sent nowhere else.",
  });
}

/** Nothing was sent: there is no token for it. */
export function tokenMissing(asked: Asked): GitLabError {
  const job = asked.connection.credential?.kind === "job-token";
  return new GitLabError(
    job
      ? `${request(asked)}: GitLab does not accept CI_JOB_TOKEN here.`
      : `${request(asked)}: there is no token for ${asked.connection.baseUrl}.`,
    {
      kind: "token-missing",
      ...facts(asked),
      hint: job
        ? `A personal, project or group access token with the scope \`api\` is needed. ${asked.connection.tokenHelp}`
        : asked.connection.tokenHelp,
    },
  );
}
