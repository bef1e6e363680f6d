import { oneLine } from "../../text/show";

/**
 * What went wrong, for code that has to decide; the text is for people.
 *
 * - `unauthorized`: 401, the token. `forbidden`: 403. `conflict`: 409. `rate-limited`: 429, also after repeats.
 * - `not-found`: 404. Says nothing about *what* is missing: `GitLabError.missing` does.
 * - `invalid`: 400, 405, 412, 422 and other refusals of the request itself.
 * - `server`: a 5xx. `network`: no connection could be made, nothing was sent.
 * - `lost`: the request was sent and no complete answer came back (reset, time-out, truncated body).
 * - `bad-answer`: a success status with a body that is not what GitLab documents.
 * - `token-missing`, `configuration`: nothing was sent; the set-up must change first.
 * - `outdated`: nothing was sent, because what the request goes by was too old when its turn came.
 */
export type GitLabErrorKind =
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "invalid"
  | "rate-limited"
  | "server"
  | "network"
  | "lost"
  | "bad-answer"
  | "token-missing"
  | "configuration"
  | "outdated";

/** GitLab's own words, from any of its six error body shapes. */
export interface ErrorDetails {
  /** Every sentence in the body, flattened and stripped of control characters; never empty strings. */
  readonly sentences: readonly string[];
  /** `{"message": {"name": ["has already been taken"]}}` → `{ name: ["has already been taken"] }`; else empty. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /**
   * How many records each list in the body has: `{"message": {"scheduled_entries": [], …}}` → `{ scheduled_entries: 0 }`.
   * Their contents are the server's words and not kept.
   */
  readonly records?: Readonly<Record<string, number>>;
}

/** What GitLab itself says is not there: the record that was asked for, or something above it, such as the project. */
export type Missing = "record" | "parent";

/** What an error is made of: see `GitLabError`. */
export interface GitLabErrorFacts {
  readonly kind: GitLabErrorKind;
  readonly status?: number;
  readonly method?: string;
  readonly url?: string;
  readonly details?: ErrorDetails;
  readonly applied?: "no" | "unknown";
  readonly missing?: Missing;
  readonly hint?: string;
}

/** The one error this package throws for anything that GitLab or the way to it refused. Recognise it with `isGitLabError`. */
export class GitLabError extends Error {
  readonly kind: GitLabErrorKind;
  /** Of the answer; undefined where there was none. */
  readonly status: number | undefined;
  readonly method: string | undefined;
  /** Without credentials and query. */
  readonly url: string | undefined;
  /** GitLab's own words. */
  readonly details: ErrorDetails;
  /**
   * For writes: `"no"` when GitLab certainly did nothing (refused, answered 4xx, never sent), `"unknown"` when it may have
   * (5xx, lost answer). A write whose outcome is unknown is never repeated before looking.
   */
  readonly applied: "no" | "unknown";
  /**
   * Of a 404: what GitLab's own words are about. Undefined where they are none: an unknown route says `{"error":…}`, and a
   * proxy that decodes or refuses `%2F` sends a page. Such a 404 says nothing about any record.
   */
  readonly missing: Missing | undefined;
  /** What to do next; the message ends with it. */
  readonly hint: string | undefined;

  constructor(summary: string, facts: GitLabErrorFacts) {
    super(oneLine(facts.hint === undefined ? summary : `${summary} ${facts.hint}`));
    this.name = "GitLabError";
    this.kind = facts.kind;
    this.status = facts.status;
    this.method = facts.method;
    this.url = facts.url;
    this.details = facts.details ?? { sentences: [], fields: {} };
    this.applied = facts.applied ?? "no";
    this.missing = facts.missing;
    this.hint = facts.hint;
    // The engine prints `${error}: ${error.stack}` for some calls; a user needs the sentence, not our frames.
    this.stack = "";
  }
}

/** Whether it is a `GitLabError`, of one of these kinds if any are named. By name, as two copies of the package may be loaded. */
export function isGitLabError(error: unknown, ...kinds: GitLabErrorKind[]): error is GitLabError {
  return (
    error instanceof Error &&
    error.name === "GitLabError" &&
    (kinds.length === 0 || kinds.includes((error as GitLabError).kind))
  );
}

/** The answer, or undefined in place of an error of one of these kinds. */
export async function unless<T>(request: Promise<T>, ...kinds: GitLabErrorKind[]): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isGitLabError(error, ...kinds)) return undefined;
    throw error;
  }
}

/** Of a write that GitLab may have done. */
export function outcomeUnknown(error: unknown): boolean {
  return isGitLabError(error) && error.applied === "unknown";
}
