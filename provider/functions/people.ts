/** A user as GitLab shows them beside other objects. */
export interface UserInfo {
  id: number;
  username: string;
  /** Display name. */
  name: string;
  /** `active`, `blocked`, `deactivated`, … */
  state: string;
  /** GitLab 16.1 or newer. */
  locked?: boolean;
  /** GitLab 17.x or newer; `""` or null where the user shows none. */
  publicEmail?: string | null;
  avatarUrl: string | null;
  webUrl: string;
}
