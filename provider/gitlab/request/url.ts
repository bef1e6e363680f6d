import { GitLabError } from "../answer/errors";
import type { Query } from "./client";
import type { ApiPath } from "./paths";

/**
 * A part `.` or `..` is legal as an environment name, but every URL parser takes it for "here" and "one up": a DELETE
 * of the protection `..` would become a DELETE of the project. An empty part names another endpoint.
 */
function refuseDots(path: string): void {
  if (path.split("/").every((part) => part !== "" && part !== "." && part !== "..")) return;
  throw new GitLabError(
    `The API path ${JSON.stringify(path.slice(0, 200))} has a part that is empty, "." or "..".`,
    {
      kind: "invalid",
      hint: "Such a name cannot be written into an address, so GitLab cannot be asked about it.",
    },
  );
}

/** `https://gitlab.example.com/api/v4/projects/a%2Fb/environments?per_page=100`. */
export function targetUrl(baseUrl: string, { path }: ApiPath, query: Query = {}): string {
  const relative = path.replace(/^\//, "");
  refuseDots(relative);
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const item of value) search.append(`${key}[]`, String(item));
    else if (value !== undefined) search.append(key, String(value));
  }
  return `${baseUrl}/${relative}${search.size === 0 ? "" : `?${search}`}`;
}
