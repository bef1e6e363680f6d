import type { Connection } from "../connection/connection";
import { printable } from "../../text/show";
import { redactDeclared } from "../request/patience";
import { readErrorBody, type ErrorBody } from "./errorBody";
import { certificateHint, connectionHint, PROXY_SIGN_IN } from "./connectionHints";
import { GitLabError, type GitLabErrorFacts, type GitLabErrorKind } from "./errors";

/** What was asked, for errors: nothing in it is secret. */
export interface Asked {
  readonly method: string;
  /** Without query. */
  readonly url: string;
  readonly connection: Connection;
  /** The least role that may do it. */
  readonly role?: string;
}

const changesNothing = (method: string): boolean => method === "GET" || method === "HEAD";

const redactor =
  ({ credential }: Connection): ((text: string) => string) =>
  (text) =>
    redactDeclared(credential === undefined ? text : credential.redact(text));

/** An address is our own word; the declaration's values are looked for in the words of others only. */
const withoutToken = ({ credential }: Connection, url: string, length: number): string =>
  printable(url, (text) => credential?.redact(text) ?? text, length);

/** What went wrong with a request, which the sentence names first. */
function failure({ method, url, connection }: Asked, said: string, more: GitLabErrorFacts): GitLabError {
  return new GitLabError(`${method} ${withoutToken(connection, url, 300)}: ${said}`, {
    method,
    url: withoutToken(connection, url, 1000),
    ...more,
  });
}

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
  if (source === "environment" || connection.isCurrent)
    return `The token in ${origin} ${state}: set a valid one.`;
  return (
    `The token in the stack configuration (${origin}) ${state}. If you have replaced it since: refresh and destroy use ` +
    `the configuration as of the last \`pulumi up\`, so run \`pulumi up\` first, add \`--run-program\`, or set ${connection.prefix}_TOKEN.`
  );
}

/** GitLab's words for a job token from elsewhere, and for one without the permission; in another language both are said. */
const NOT_ON_ALLOWLIST = /job token not allowed/i;
const PERMISSION_MISSING = /token permissions? (?:is|are) required/i;

function jobTokenHint(words: string, role: string | undefined): string {
  const allowlist =
    "Add the job's project to the job token allowlist of the project it asks for (Settings > CI/CD > Job token permissions)";
  const permission = "grant the job's project the permission that is named, in the same place";
  const user = `A job token may do what the user who started the job may: here that takes ${role ?? "a role in the project"}.`;
  if (NOT_ON_ALLOWLIST.test(words)) return `${allowlist}.`;
  if (PERMISSION_MISSING.test(words)) return `${permission.replace(/^g/, "G")}.`;
  return `${user} Where GitLab names a permission or the allowlist: ${allowlist.replace(/^A/, "a")}, or ${permission}.`;
}

/** Said where it is not known which; `lifecycle/telling.ts` asks the project. */
export const FORBIDDEN_TO_ALL =
  "An archived project, and one with environments or CI/CD switched off in its settings, refuses it to everybody.";

function forbiddenHint({ connection, role }: Asked, { code, details }: ErrorBody): string {
  if (code === "insufficient_scope")
    return "The token needs the scope `api` (`read_api` is enough only for reading).";
  if (code === "insufficient_granular_scope")
    return "It is a fine-grained token without the permission for this: add it, or use a token with the scope `api`.";
  if (connection.credential?.kind === "job-token") return jobTokenHint(details.sentences.join("; "), role);
  const takes = `That takes ${role ?? "a role that may do it"}.`;
  return `${takes} ${FORBIDDEN_TO_ALL}`;
}

const NOT_FOUND_TO_JOBS =
  "GitLab also answers so where the job's project is not on the job token allowlist; a token in GITLAB_TOKEN would tell.";
const ON_THE_WAY =
  "Something between here and GitLab answered, not GitLab: often a proxy that does not pass on encoded slashes (%2F), " +
  "or a base URL without GitLab's sub-path.";
const NO_SUCH_ROUTE =
  "This GitLab has no such address: something in between decodes %2F, the base URL lacks GitLab's sub-path, or its edition " +
  "or version does not have this API (protected environments need Premium, and GitLab 15.4).";

function methodHint(body: ErrorBody): string {
  // GitLab's own word about a moved project is a JSON message; of a router or a proxy it is another shape.
  return body.origin === "gitlab"
    ? "The project was renamed or moved: use its new path, or its numeric id."
    : "Something in between, or an older GitLab, does not allow that method there (protections are changed by PUT since 15.4).";
}

function hintFor(status: number, body: ErrorBody, asked: Asked): string | undefined {
  const { method, connection } = asked;
  const isJob = connection.credential?.kind === "job-token";
  if (status === 401 && !body.nested) return unauthorizedHint(connection, body.code);
  // The clean-up of review apps answers so to who lacks the role.
  if (status === 401) return forbiddenHint(asked, body);
  if (status === 403) return body.origin === "elsewhere" ? ON_THE_WAY : forbiddenHint(asked, body);
  if (status === 404 && body.origin === "elsewhere") return ON_THE_WAY;
  if (status === 404 && body.origin === "router") return NO_SUCH_ROUTE;
  if (status === 404) return isJob ? NOT_FOUND_TO_JOBS : undefined;
  if (status === 405) return methodHint(body);
  if (status === 407) return PROXY_SIGN_IN;
  if (status === 410) return "This GitLab does not have that API (any more).";
  if (status === 412) return "It was changed in the meantime: look at the change, then run again.";
  if (status === 429) return "Run again later, or lower GITLAB_MAX_REQUESTS.";
  if (status < 500) return body.origin === "elsewhere" ? elsewhereHint(body, connection) : undefined;
  return changesNothing(method)
    ? "GitLab, or something in front of it, has trouble: try again later."
    : "It may have happened all the same: the next run looks before it does anything.";
}

/** What a web server before GitLab says with a page of its own. */
function elsewhereHint(body: ErrorBody, connection: Connection): string {
  const certificate = /certificate/i.test(body.details.sentences.join(" "));
  return certificate ? certificateHint(connection) : ON_THE_WAY;
}

const DAY_MS = 86_400_000;

/** GitLab refused. `waited` is what it asked for where that was too long to wait. */
export function refusal(asked: Asked, status: number, text: string, waited?: number): GitLabError {
  const body = readErrorBody(text, redactor(asked.connection));
  const words = body.details.sentences.slice(0, 5).join("; ").replace(/\.$/, "");
  const said = words === "" ? "" : `: ${words}`;
  const wait =
    waited === undefined
      ? ""
      : ` It asks to wait ${waited > DAY_MS ? "more than a day" : `${Math.ceil(waited / 1000)} seconds`}, longer than this run does.`;
  const hint = hintFor(status, body, asked);
  const who = body.origin === "elsewhere" && status < 500 ? "the answer was" : "GitLab answered";
  return failure(asked, `${who} ${status}${said}.${wait}`, {
    kind: kindOf(status, body),
    status,
    details: body.details,
    // Below 200 is nobody's answer to a request.
    applied: status >= 500 || status < 200 ? outcome(asked.method) : "no",
    ...(status !== 404 || body.missing === undefined ? {} : { missing: body.missing }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** No connection could be made, so nothing happened. `code` is Node's: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
export function noConnection(asked: Asked, code: string): GitLabError {
  return failure(asked, `no connection could be made (${code}).`, {
    kind: "network",
    hint: connectionHint(code, asked.connection),
  });
}

/** Nothing was sent: that host has answered nothing for long, and a run of many resources must come to its end. */
export function givenUp(asked: Asked): GitLabError {
  return failure(asked, `not sent, because GitLab has answered nothing for minutes.`, {
    kind: "network",
    hint: "Run again when it does; nothing was changed by this request.",
  });
}

/** Nothing was sent: what the request goes by had become too old while it waited for its turn. */
export function outdated(asked: Asked): GitLabError {
  return failure(asked, `not sent, because what it goes by is not new any more.`, {
    kind: "outdated",
  });
}

/** The request was sent and no complete answer came. */
export function lostAnswer(asked: Asked, reason: string): GitLabError {
  return failure(asked, `no complete answer came (${reason}).`, {
    kind: "lost",
    applied: outcome(asked.method),
    ...(changesNothing(asked.method)
      ? {}
      : { hint: "It may have happened all the same: the next run looks before it does anything." }),
  });
}

/** A success status with something that no GitLab sends. */
export function badAnswer(asked: Asked, what: string, hint?: string): GitLabError {
  return failure(asked, `the answer ${what}.`, {
    kind: "bad-answer",
    applied: outcome(asked.method),
    hint:
      hint ??
      "Check that the base URL is that of a GitLab, with its sub-path where it has one, and that nothing in between changes its answers.",
  });
}

/** Nobody's refusal has a status of success; something on the way gave it one. */
export function refusedAll(asked: Asked, words: string): GitLabError {
  const said = printable(words, redactor(asked.connection)).replace(/\.$/, "");
  return badAnswer(asked, `has a status of success and says all the same: ${said}`);
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
  return failure(asked, `GitLab redirected to ${target}, which is not followed.`, {
    kind: "configuration",
    hint: "Where GitLab itself has moved, set the base URL to its new address. The token is sent nowhere else.",
  });
}

/** Nothing was sent: there is no token for it. */
export function tokenMissing(asked: Asked): GitLabError {
  const job = asked.connection.credential?.kind === "job-token";
  return failure(
    asked,
    job ? "GitLab does not accept CI_JOB_TOKEN here." : `there is no token for ${asked.connection.baseUrl}.`,
    {
      kind: "token-missing",
      hint: job
        ? `A personal, project or group access token with the scope \`api\` is needed. ${asked.connection.tokenHelp}`
        : asked.connection.tokenHelp,
    },
  );
}
