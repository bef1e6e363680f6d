import type { GitLabClient } from "../request/client";
import { createClient } from "../request/http";
import type { Credential } from "./credential";
import { resolveConnection, type ConfigSource } from "./connection";

export { baseUrlOf, type ConfigSource } from "./connection";

/** Where the settings of connections are found, each time anew. */
export interface Source {
  readonly config: ConfigSource;
  readonly env: NodeJS.ProcessEnv;
  /** Where a client says what it has to say of the connection itself. Default: the process's standard error. */
  readonly warn?: (text: string) => void;
}

/** By all that is not secret, those of each credential. */
const clients = new Map<
  string,
  { readonly credential: Credential | undefined; readonly client: GitLabClient }[]
>();

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
  const key = JSON.stringify(rest);
  const alike = clients.get(key) ?? [];
  const known = alike.find((other) => isSame(credential, other.credential));
  if (known !== undefined) return known.client;
  const client = createClient(connection, warn === undefined ? {} : { warn });
  clients.set(key, [...alike, { credential, client }]);
  return client;
}

function isSame(a: Credential | undefined, b: Credential | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
