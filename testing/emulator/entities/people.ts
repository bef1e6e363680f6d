import type { MemberRow, UserRow } from "../model/rows";
import type { Store } from "../model/store";

/** The short form that every other answer embeds. */
function userBasic(store: Store, user: UserRow) {
  return {
    id: user.id,
    username: user.username,
    public_email: "",
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: null,
    web_url: `${store.origin()}/${user.username}`,
  };
}

export function userById(store: Store, id: number) {
  const user = store.users.get(id);
  return user === undefined ? null : userBasic(store, user);
}

/** https://docs.gitlab.com/api/users/#get-a-single-user */
export function userPublic(store: Store, user: UserRow) {
  return {
    ...userBasic(store, user),
    created_at: user.createdAt.toISOString(),
    bio: "",
    location: "",
    linkedin: "",
    twitter: "",
    website_url: "",
    organization: "",
    job_title: "",
    pronouns: null,
    bot: user.bot,
    work_information: null,
    followers: 0,
    following: 0,
    is_followed: false,
    local_time: null,
  };
}

/** https://docs.gitlab.com/api/users/#get-the-current-user */
export function userSelf(store: Store, user: UserRow) {
  return {
    ...userPublic(store, user),
    last_sign_in_at: null,
    confirmed_at: user.createdAt.toISOString(),
    last_activity_on: null,
    email: user.email,
    theme_id: 1,
    color_scheme_id: 1,
    projects_limit: 100_000,
    current_sign_in_at: null,
    identities: [],
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
    commit_email: user.email,
    preferred_language: "en",
    namespace_id: user.id,
    ...(user.admin && { is_admin: true, note: null }),
  };
}

/** https://docs.gitlab.com/api/project_members/ */
export function member(store: Store, row: Pick<MemberRow, "userId" | "level" | "createdAt" | "expiresAt">) {
  const user = store.users.get(row.userId);
  return {
    ...(user && userBasic(store, user)),
    access_level: row.level,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt,
    membership_state: "active",
  };
}
