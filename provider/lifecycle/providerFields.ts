import { steering, type Table } from "../fields/field";
import { rule, type Simple } from "../fields/schema";
import { isGitLabError } from "../gitlab/answer/errors";
import { normaliseBaseUrl } from "../gitlab/connection/baseUrl";

/** From 1 to `most`; stack configuration holds numbers as text. */
function count(most: number): Simple<number, number | string> {
  const number = (value: unknown): unknown =>
    typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return rule(
    { kind: "integer" },
    (value) => {
      const told = number(value);
      const fits = Number.isInteger(told) && (told as number) >= 1 && (told as number) <= most;
      return fits ? undefined : `must be a whole number from 1 to ${most}`;
    },
    { normalise: number },
  );
}

const none = { normalise: (value: unknown) => (String(value).trim() === "" ? undefined : value) };

/** No failure repeats the value. */
const token: Simple<string> = rule(
  { kind: "text" },
  (value) =>
    typeof value === "string" && /^[\x21-\x7e]{6,}$|^$/.test(value.trim())
      ? undefined
      : "does not hold a token: it is too short or has characters no token has",
  none,
);

const baseUrl: Simple<string> = rule({ kind: "text" }, (value) => urlFault(value), none);

/** What is wrong with an address, if anything. */
export function urlFault(value: unknown): string | undefined {
  if (typeof value !== "string") return "must be a text";
  if (value.trim() === "") return undefined;
  try {
    normaliseBaseUrl(value, "it");
    return undefined;
  } catch (error) {
    if (!isGitLabError(error)) throw error;
    return error.message.replace(/^it /, "");
  }
}

/** The arguments of `Provider`, and the keys of the stack configuration below `gitlab-cd:`. */
export const providerFields = {
  /**
   * Access token with the `api` scope, secret. Only ever sent to the `baseUrl` beside it. Default, unless a `Provider` has a
   * `baseUrl` of its own: `GITLAB_TOKEN` in the environment, which the default provider prefers; in CI `CI_JOB_TOKEN`, where
   * that is enough.
   */
  token: steering(token),
  /**
   * Address of GitLab, with or without `/api/v4`. Default: `https://gitlab.com`; for a token from the environment `GITLAB_BASE_URL`,
   * which the default provider prefers, or the address of the CI. Another GitLab replaces every resource.
   */
  baseUrl: steering(baseUrl),
  /** Requests in flight for one host at most, 1–100. Default: as many as it takes well, 1–32. */
  maxRequests: steering(count(100)),
  /** Time limit for one request in seconds, 1–3,600. Default: 60. */
  requestTimeout: steering(count(3600)),
} satisfies Table;
