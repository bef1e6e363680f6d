import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import type * as Https from "node:https";

import type { Outgoing } from "./exchange";

// An idle connection is given up before servers and load balancers usually do it: a write on a connection that is just
// being closed has an unknown outcome.
const AGENT = { keepAlive: true, timeout: 15_000 };

let plain: Agent | undefined;
const secure = new Map<string, Https.Agent>();

/** What keeps the connections of such a request. Throws where the files of a certificate cannot be read. */
export function agentOf({ url, certificate }: Outgoing): Agent {
  return url.startsWith("https:") ? secureAgent(certificate) : (plain ??= new Agent(AGENT));
}

/** By certificate. */
function secureAgent(certificate: Outgoing["certificate"]): Https.Agent {
  const key = JSON.stringify(certificate ?? null);
  const known = secure.get(key);
  if (known !== undefined) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not loaded earlier
  const https = require("node:https") as typeof Https;
  const files = certificate && {
    cert: readFileSync(certificate.cert),
    key: readFileSync(certificate.key),
  };
  const agent = new https.Agent({ ...AGENT, ...files });
  secure.set(key, agent);
  return agent;
}
