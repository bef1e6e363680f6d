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
