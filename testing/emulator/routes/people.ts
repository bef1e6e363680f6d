import { userPublic, userSelf } from "../entities/people";
import { ok, refuse } from "../http/answers";
import { endpoint } from "../http/endpoint";
import { page, paging } from "../http/pages";
import { boolean, integer, required, string } from "../http/params";
import { someone } from "../rules/guards";

const version = endpoint("GET", "/version", { who: "user", scopes: ["read_user"] }, ({ store }) =>
  ok(versionFacts(store.switches.version)),
);

const metadata = endpoint("GET", "/metadata", { who: "user", scopes: ["read_user"] }, ({ store }) =>
  ok(versionFacts(store.switches.version)),
);

function versionFacts(version: string) {
  return {
    version,
    revision: "0000000000a",
    kas: { enabled: false, externalUrl: null, k8sProxyUrl: null, version: null },
    enterprise: version.endsWith("-ee"),
  };
}

const currentUser = endpoint("GET", "/user", { who: "user", scopes: ["read_user"] }, (call) =>
  ok(userSelf(call.store, someone(call))),
);

/** https://docs.gitlab.com/api/users/#list-users */
const users = endpoint(
  "GET",
  "/users",
  {
    who: "user",
    scopes: ["read_user"],
    params: { username: string, search: string, active: boolean, ...paging },
  },
  (call) => {
    const { store, params } = call;
    const byName = params.username
      ? store.users.where("username", params.username.toLowerCase())
      : store.users.all();
    const wanted = params.search?.toLowerCase() ?? "";
    const rows = byName.filter(
      (user) =>
        (user.name.toLowerCase().includes(wanted) || user.username.toLowerCase().includes(wanted)) &&
        (params.active !== true || user.state === "active"),
    );
    return page(call, rows.reverse(), (user) => userPublic(store, user));
  },
);

const user = endpoint(
  "GET",
  "/users/:id",
  { who: "user", scopes: ["read_user"], params: { id: required(integer) } },
  ({ store, params }) => {
    const row = store.users.get(params.id ?? 0);
    if (row === undefined) throw refuse.notFound("User");
    return ok(userPublic(store, row));
  },
);

/** https://docs.gitlab.com/api/personal_access_tokens/#get-details-on-a-personal-access-token */
const tokenSelf = endpoint(
  "GET",
  "/personal_access_tokens/self",
  { who: "user", scopes: ["any"] },
  ({ token, store }) => {
    if (token === null || token.kind === "oauth") {
      throw refuse.badRequest("This endpoint requires token type to be a personal access token");
    }
    return ok({
      id: token.id,
      name: token.name,
      revoked: token.revoked,
      created_at: token.createdAt.toISOString(),
      description: null,
      scopes: token.scopes,
      user_id: token.userId,
      last_used_at: token.lastUsedAt?.toISOString() ?? null,
      active: !token.revoked && (token.expiresAt === null || token.expiresAt > store.now()),
      expires_at: token.expiresAt?.toISOString().slice(0, 10) ?? null,
    });
  },
);

export const people = [version, metadata, currentUser, users, user, tokenSelf];
