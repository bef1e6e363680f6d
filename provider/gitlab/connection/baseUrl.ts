import { GitLabError } from "../answer/errors";

export const GITLAB_COM = "https://gitlab.com/api/v4";

function refuse(where: string, what: string, hint: string): never {
  throw new GitLabError(`${where} ${what}.`, { kind: "configuration", hint });
}

/**
 * `https://gitlab.example.com/sub/path` with or without `/api/v4` → `https://gitlab.example.com/sub/path/api/v4`.
 * `where` names the setting in errors, which never repeat a value that may hold a password.
 */
export function normaliseBaseUrl(text: string, where: string): string {
  const known = normalised.get(text);
  if (known !== undefined) return known;
  const url = readBaseUrl(text, where);
  normalised.set(text, url);
  return url;
}

/** By text, which says all of it: settings are read anew at each call, and this is most of what that takes. */
const normalised = new Map<string, string>();

function readBaseUrl(text: string, where: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    refuse(where, "is not a URL", "Write it like https://gitlab.example.com, with or without /api/v4.");
  }
  if (url.username !== "" || url.password !== "") {
    refuse(where, "holds a user name or password", "Leave them out; the token belongs in GITLAB_TOKEN.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    refuse(where, "must start with https://", "Write it like https://gitlab.example.com.");
  }
  if (url.search !== "" || url.hash !== "") {
    refuse(where, "must not have a query or a fragment", "Write it like https://gitlab.example.com.");
  }
  const root = url.pathname.replace(/\/+$/, "").replace(/\/api\/v4$/, "");
  if (/\/api(\/|$)/.test(root)) {
    refuse(
      where,
      "points into another API",
      "This package speaks /api/v4: give GitLab's own address, with or without it.",
    );
  }
  return `${url.origin}${root}/api/v4`;
}

/** Whether requests to this URL stay on this machine, where plain http is nobody's business. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}
