/** A path below `/api/v4` whose parts are percent-encoded; `template` has `:` in their place and names the endpoint. */
export interface ApiPath {
  readonly path: string;
  readonly template: string;
}

/** Builds an API path: every interpolated part is encoded, so `group/project` and `review/x` stay one segment. */
export function api(fixed: TemplateStringsArray, ...parts: (string | number)[]): ApiPath {
  return {
    path: fixed.reduce((path, text, i) => path + encodeURIComponent(String(parts[i - 1])) + text),
    template: `/${fixed.join(":").replace(/^\//, "")}`,
  };
}

/** What holds an object: GitLab's own word, as in "group-level protected environments". */
export type Level = "project" | "group";

/** The protections of a project or group, or the one of that name. */
export function protectionPath(level: Level, container: string | number, name?: string): ApiPath {
  if (name === undefined)
    return level === "group"
      ? api`/groups/${container}/protected_environments`
      : api`/projects/${container}/protected_environments`;
  return level === "group"
    ? api`/groups/${container}/protected_environments/${name}`
    : api`/projects/${container}/protected_environments/${name}`;
}
