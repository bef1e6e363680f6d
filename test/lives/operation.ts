import type { Emulator } from "../../testing/emulator";
import { line } from "../support/stack";
import {
  type Connections,
  type Declared,
  ProviderProcess,
  type ProcessOptions,
} from "../support/providerStack";

/** Starts processes, which on a busy machine takes a while. */
export const LONG_MS = 900_000;

/** One operation of the engine: a provider process of its own. What it printed is in `lines`. */
export async function operation<T>(
  connections: Connections,
  act: (process: ProviderProcess) => Promise<T>,
  options?: ProcessOptions,
): Promise<T & { lines: string }> {
  const process = new ProviderProcess(connections, options);
  try {
    const outcome = await act(process);
    return Object.assign(outcome as object, { lines: process.lines.join("\n") }) as T & { lines: string };
  } finally {
    await process.close();
  }
}

export const environment = (props: object, name = "e"): Declared => ({
  name,
  kind: "environment",
  props: { project: "acme/shop", name: "production", ...props },
});

export const groupProtection = (props: object = {}, name = "p"): Declared => ({
  name,
  kind: "groupProtectedEnvironment",
  props: { group: "acme", name: "production", deployAccessLevels: [{ accessLevel: 40 }], ...props },
});

/** `GET /projects/acme/shop 200`, one for each request since the last call. */
export function asked(gitlab: Emulator): string[] {
  const log = gitlab.requests.map((request) => line({ ...request, body: {}, query: {} }));
  gitlab.clearRequests();
  return log;
}
