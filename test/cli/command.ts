import { run } from "../../provider/cli/main";
import type { Emulator } from "../../testing/emulator";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly env?: NodeJS.ProcessEnv;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly now?: Date;
}

export const NOON = new Date("2026-01-31T12:00:00Z");

/** Runs a command line in this process against an emulator. */
export async function command(
  gitlab: Emulator,
  args: readonly string[],
  setting: Setting = {},
): Promise<Said> {
  let out = "";
  let err = "";
  const isTTY = setting.terminal ?? false;
  const code = await run(args, {
    env: { GITLAB_BASE_URL: gitlab.url, GITLAB_TOKEN: gitlab.token, ...setting.env },
    stdout: { write: (text) => (out += text), isTTY, columns: setting.columns },
    stderr: { write: (text) => (err += text), isTTY },
    now: () => setting.now ?? NOON,
  });
  return { code, out, err };
}
