import type { GitLabClient } from "./client";

export interface ConfigSource {
  get(namespace: string, key: string): string | undefined;
}
export function clientFor(
  _name: string | undefined,
  _config: ConfigSource,
  _env: NodeJS.ProcessEnv,
): GitLabClient {
  throw new Error("the client is not there yet");
}
export function baseUrlOf(_name: string | undefined, _config: ConfigSource, env: NodeJS.ProcessEnv): string {
  return env["GITLAB_BASE_URL"] ?? "https://gitlab.com";
}
