import { randomBytes } from "node:crypto";
import type { TokenKind } from "../model/rows";
import type { Directory } from "./directory";

export interface NewToken {
  /** User name. */
  readonly user: string;
  /** Default `personal`. */
  readonly kind?: TokenKind;
  /** Default `["api"]`. */
  readonly scopes?: readonly string[];
  /** Makes it a granular token: `read_environment`, `update_protected_environment`, `read_project`, … */
  readonly permissions?: readonly string[];
  /** Default: never. */
  readonly expiresAt?: Date;
  readonly revoked?: boolean;
  /** For job tokens: full path or id of the project whose job holds it. */
  readonly jobProject?: string | number;
  /** The secret itself; random if left out. */
  readonly value?: string;
}

/** In every token that the emulator makes up, so that a leaked one is found wherever it ends up. */
export const CANARY = "emulated-canary";

/** Makes a token and answers the secret. */
export function issueToken(world: Directory, wanted: NewToken): string {
  const kind = wanted.kind ?? "personal";
  const value =
    wanted.value ??
    `${kind === "job" ? "glcbt" : "glpat"}-${CANARY}-${randomBytes(15).toString("base64url")}`;
  world.store.tokens.insert({
    value,
    kind,
    name: `${wanted.user}'s ${kind} token`,
    userId: world.user(wanted.user).id,
    scopes: wanted.permissions ? ["granular"] : (wanted.scopes ?? ["api"]),
    permissions: wanted.permissions ?? null,
    expiresAt: wanted.expiresAt ?? null,
    revoked: wanted.revoked ?? false,
    jobProjectId: wanted.jobProject === undefined ? null : world.project(wanted.jobProject).id,
    createdAt: world.store.now(),
    lastUsedAt: null,
  });
  return value;
}
