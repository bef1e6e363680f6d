import { redactor } from "../../text/redact";

/** How a token is shown to GitLab. https://docs.gitlab.com/api/rest/authentication/ */
export type CredentialKind = "access-token" | "oauth" | "job-token";

const HEADERS: Record<CredentialKind, readonly [name: string, prefix: string]> = {
  "access-token": ["PRIVATE-TOKEN", ""],
  oauth: ["Authorization", "Bearer "],
  "job-token": ["JOB-TOKEN", ""],
};

/** OAuth access tokens are 64 hexadecimal digits and are not accepted as `PRIVATE-TOKEN`. */
const OAUTH_TOKEN = /^[0-9a-f]{64}$/;

/**
 * A token that cannot be printed by accident: it lives in a private field, which `console.log`, `util.inspect` (with
 * `showHidden`) and `JSON.stringify` do not show.
 */
export class Credential {
  readonly #token: string;
  #redact: ((text: string) => string) | undefined;
  readonly kind: CredentialKind;

  constructor(
    token: string,
    /** Where it was found: `GITLAB_TOKEN`, `gitlab:token`, `CI_JOB_TOKEN`. */
    readonly origin: string,
    /** Stack config is as of the last `up` during refresh and destroy; the environment is always current. */
    readonly source: "environment" | "config",
    kind?: CredentialKind,
  ) {
    this.#token = token;
    this.kind = kind ?? (OAUTH_TOKEN.test(token) ? "oauth" : "access-token");
  }

  header(): Record<string, string> {
    const [name, prefix] = HEADERS[this.kind];
    return { [name]: prefix + this.#token };
  }

  /** Whether it is the same token, found in the same place, without showing it. */
  equals(other: Credential): boolean {
    return this.#token === other.#token && this.kind === other.kind && this.origin === other.origin;
  }

  /** Takes the token out of a text, in the spellings in which a server or a proxy may echo it. */
  redact(text: string): string {
    this.#redact ??= redactor([["redacted", this.#token]]);
    return this.#redact(text);
  }
}
