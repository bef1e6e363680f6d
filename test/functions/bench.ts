import { afterAll, beforeAll, beforeEach } from "vitest";

import { Emulator, type EmulatorOptions } from "../../testing/emulator";

/** A GitLab that data functions of this process talk to, through the environment as in a program. */
export function functionBench(options: EmulatorOptions = {}): { gitlab: Emulator; log: () => string[] } {
  const bench = { gitlab: undefined as unknown as Emulator, log: () => logOf(bench.gitlab) };
  const before = { ...process.env };
  beforeAll(async () => {
    bench.gitlab = await Emulator.start(options);
  });
  beforeEach(() => {
    process.env["GITLAB_BASE_URL"] = bench.gitlab.url;
    process.env["GITLAB_TOKEN"] = bench.gitlab.token;
    bench.gitlab.clearRequests();
  });
  afterAll(async () => {
    process.env = before;
    await bench.gitlab.stop();
  });
  return bench;
}

/** Every request with its whole query and body, the pages' size left out. */
function logOf({ requests }: Emulator): string[] {
  return requests.map(({ method, path, query, body }) => {
    const { per_page: _size, page, ...filters } = query as Record<string, string>;
    const parts = { ...(page === "1" || page === undefined ? {} : { page }), ...filters, ...body };
    const shown = Object.keys(parts).length > 0 ? ` ${JSON.stringify(parts)}` : "";
    return `${method} ${path.replace("/api/v4", "")}${shown}`;
  });
}
