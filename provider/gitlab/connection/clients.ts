import type { GitLabClient } from "../request/client";
import { createClient } from "../request/http";
import { resolveConnection, type ConfigSource } from "./connection";

export { baseUrlOf, type ConfigSource } from "./connection";

/** Where the settings of connections are found, each time anew. */
export interface Source {
  readonly config: ConfigSource;
  readonly env: NodeJS.ProcessEnv;
  /** Where a client says what it has to say of the connection itself. Default: the process's standard error. */
  readonly warn?: (text: string) => void;
}

const clients = new Map<string, GitLabClient>();

/**
 * The client of a named connection (undefined: the default one) as its settings are right now. One client for equal
 * settings, so that names looked up and pages read are shared within the process. Asks for no token: a missing one is
 * an error of the first request. Throws a `GitLabError` of kind `configuration` for settings that contradict each other.
 */
export function clientFor(
  name: string | undefined,
  config: ConfigSource,
  env: NodeJS.ProcessEnv,
  warn?: (text: string) => void,
): GitLabClient {
  const connection = resolveConnection(name, config, env);
  const { credential, ...rest } = connection;
  const key = JSON.stringify([rest, credential?.origin, credential?.fingerprint()]);
  const client = clients.get(key) ?? createClient(connection, warn === undefined ? {} : { warn });
  clients.set(key, client);
  return client;
}
