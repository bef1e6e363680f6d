import { afterAll, beforeAll, expect, vi } from "vitest";

import type { DynamicName } from "../../provider/dynamic";
import { Emulator } from "../../testing/emulator";
import type { providers as Providers } from "../support/providers";

export type Props = Record<string, unknown>;
type Provider = (typeof Providers)["environment"];

/**
 * Whatever is declared, what is sent passes a strict reading of the API: known parameters of the declared types, a subject
 * beside each id, nothing that GitLab ignores or forgives.
 * Each file of these tests begins with it.
 */
export function readStrictly(): void {
  const before = { ...process.env };
  beforeAll(() => {
    // Lines for people, about each change.
    vi.spyOn(console, "log").mockImplementation(() => undefined);
  });
  afterAll(() => {
    process.env = before;
    vi.restoreAllMocks();
  });
}

export async function atGitLab(switches: object, act: (gitlab: Emulator) => Promise<void>): Promise<void> {
  const gitlab = await Emulator.start({ strict: true, switches });
  process.env["GITLAB_BASE_URL"] = gitlab.url;
  process.env["GITLAB_TOKEN"] = gitlab.token;
  try {
    await act(gitlab);
    expect(gitlab.requests.length).toBeGreaterThan(0);
  } finally {
    // Throws what the strict reading found.
    await gitlab.stop();
  }
}

/** The engine starts a process for each operation: what one has noted is not known to the next. */
async function operation(kind: DynamicName): Promise<Provider> {
  vi.resetModules();
  const { providers } = await import("../support/providers.js");
  return providers[kind];
}

/** Created, changed again and again, refreshed and deleted, as the engine would. */
export async function live(kind: DynamicName, declarations: readonly Props[]): Promise<void> {
  let state: { id: string; outs: Props } | undefined;
  for (const declared of declarations) {
    const provider = await operation(kind);
    const checked = await provider.check?.(state?.outs ?? {}, declared);
    expect(checked?.failures ?? []).toEqual([]);
    const inputs = (checked?.inputs ?? declared) as Props;
    if (state === undefined) {
      const made = await provider.create(inputs);
      state = { id: made.id, outs: made.outs as Props };
      continue;
    }
    const changes = await provider.diff?.(state.id, state.outs, inputs);
    if (changes?.changes === false) continue;
    const updated = await provider.update?.(state.id, state.outs, inputs);
    state = { id: state.id, outs: updated?.outs as Props };
  }
  if (state === undefined) return;
  await (await operation(kind)).read?.(state.id, state.outs);
  await (await operation(kind)).delete?.(state.id, state.outs);
}

/** What is no life cycle ends it, and says so in words of ours; what was sent until then counts all the same. */
const NO_LIFE =
  /GitLab cannot take a deployment from|cannot change it alone|cannot (approve|reject) the deployment|it is what is deployed to|GitLab does not (stop|delete)/;
export const untilRefused = async (act: Promise<unknown>): Promise<void> => {
  await act.catch((error: unknown) => {
    if (!(error instanceof Error) || !NO_LIFE.test(error.message)) throw error;
  });
};
