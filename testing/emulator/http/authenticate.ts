import type { TokenRow, UserRow } from "../model/rows";
import type { Store } from "../model/store";
import { Refusal, refuse } from "./answers";
import type { Endpoint } from "./endpoint";
import type { Raw } from "./form";
import type { Incoming } from "./incoming";
import { textOf } from "./coerce";
import { permissionOf } from "./granular";

export interface Caller {
  readonly user: UserRow | null;
  readonly token: TokenRow | null;
  readonly jobToken: TokenRow | null;
}

/** Parameters that carry a credential, so that logs can leave them out. */
export const secretParams = ["private_token", "access_token", "job_token"] as const;

const nobody: Caller = { user: null, token: null, jobToken: null };

/**
 * https://docs.gitlab.com/api/rest/authentication/
 * A job token counts only where the endpoint takes one; elsewhere it is as if it had not been sent.
 */
export function authenticate(store: Store, incoming: Incoming, sent: Raw, endpoint: Endpoint): Caller {
  const { header, job } = credentials(incoming, sent);
  const { jobToken, jobTokenWhere } = endpoint.rules;
  const takesJobs = jobToken !== undefined && (jobTokenWhere?.(store.switches) ?? true);
  if (takesJobs && job !== undefined) return byJobToken(store, job);
  if (header === undefined) return nobody;
  const token = store.tokens.find("value", header);
  // Job tokens and deploy tokens are no personal access tokens, whatever header they come in.
  if (token === undefined || token.kind === "job" || token.kind === "deploy") throw refuse.unauthorized();
  checkAlive(store, token);
  if (token.permissions === null) checkScope(token, incoming.method, endpoint.rules.scopes);
  else checkPermission(token.permissions, endpoint);
  token.lastUsedAt = store.now();
  const user = sudo(store, incoming, sent, token, activeUser(store, token));
  return { user, token, jobToken: null };
}

function credentials(
  incoming: Incoming,
  sent: Raw,
): { header?: string | undefined; job?: string | undefined } {
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;
  const bearer = /^Bearer\s+(.+)$/i.exec(incoming.headers.authorization ?? "")?.[1];
  return {
    header:
      text(incoming.headers["private-token"]) ??
      text(sent["private_token"]) ??
      bearer ??
      text(sent["access_token"]),
    job: text(incoming.headers["job-token"]) ?? text(sent["job_token"]),
  };
}

function byJobToken(store: Store, value: string): Caller {
  const token = store.tokens.find("value", value);
  // A job's token dies with its job.
  if (token?.kind !== "job" || token.revoked || isExpired(store, token)) throw refuse.unauthorized();
  return { user: activeUser(store, token), token, jobToken: token };
}

function checkAlive(store: Store, token: TokenRow): void {
  if (token.revoked) throw dead("Token was revoked. You have to re-authorize from the user.");
  if (isExpired(store, token)) {
    throw dead("Token is expired. You can either do re-authorization or token refresh.");
  }
}

function isExpired(store: Store, token: TokenRow): boolean {
  return token.expiresAt !== null && token.expiresAt <= store.now();
}

function dead(description: string): Refusal {
  return new Refusal(401, { error: "invalid_token", error_description: description });
}

function checkScope(token: TokenRow, method: string, extra: readonly string[] = []): void {
  const reading = method === "GET" || method === "HEAD";
  const enough = ["api", ...(reading ? ["read_api"] : []), ...extra];
  if (extra.includes("any") || enough.some((scope) => token.scopes.includes(scope))) return;
  throw new Refusal(403, {
    error: "insufficient_scope",
    error_description: "The request requires higher privileges than provided by the access token.",
    scope: enough.join(" "),
  });
}

function checkPermission(held: readonly string[], endpoint: Endpoint): void {
  const needed = permissionOf(endpoint);
  if (endpoint.rules.scopes?.includes("any") || held.includes(needed)) return;
  throw new Refusal(403, {
    error: "insufficient_granular_scope",
    error_description: `Access denied: your fine-grained token lacks the required permission: [${needed}].`,
  });
}

function activeUser(store: Store, token: TokenRow): UserRow {
  const user = store.users.get(token.userId);
  if (user?.state !== "active") {
    throw user === undefined ? refuse.unauthorized() : refuse.forbidden("Your account has been blocked.");
  }
  return user;
}

function sudo(store: Store, incoming: Incoming, sent: Raw, token: TokenRow, user: UserRow): UserRow {
  const name = textOf(incoming.headers["sudo"] ?? sent["sudo"]);
  if (name === undefined) return user;
  if (!user.admin) throw refuse.forbidden("Must be admin to use sudo");
  if (!token.scopes.includes("sudo"))
    throw refuse.forbidden("Must be authenticated using an OAuth or personal access token to use sudo");
  const other = /^\d+$/.test(name)
    ? store.users.get(Number(name))
    : store.users.find("username", name.toLowerCase());
  if (other === undefined) throw refuse.notFound(`User with ID or username '${name}'`);
  return other;
}
