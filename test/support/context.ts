import { clientFor } from "../../provider/gitlab/connection/clients";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import type { Context } from "../../provider/lifecycle/context";
import type { Emulator } from "../../testing/emulator";

/** What a life cycle is given, for tests that call one in their own process. */
export function contextOf(client: GitLabClient): Context {
  return {
    client: () => client,
    baseUrl: () => client.baseUrl,
    say: () => undefined,
    isHeld: () => false,
    isRemade: () => false,
  };
}

/** A client of that GitLab, with more settings of the connection where wanted. */
export function clientOf(emulator: Emulator, env: NodeJS.ProcessEnv = {}): GitLabClient {
  return clientFor(
    undefined,
    { get: () => undefined },
    { GITLAB_BASE_URL: emulator.url, GITLAB_TOKEN: emulator.token, ...env },
  );
}
