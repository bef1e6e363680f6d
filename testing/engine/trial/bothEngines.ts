import { expect, onTestFinished } from "vitest";

import type { Normalized } from "./compare";
import { differences } from "./differences";
import { unexplained } from "./knownDifferences";
import { realEngine } from "./realEngine";

/** A stack with what it lives on, and all that was done with it. */
export interface Stage {
  readonly transcript: readonly Normalized[];
  close(): Promise<void>;
}

export type EngineName = "offline" | "cli";

/** What a test that plays on both engines adds to its name: where it really ran. */
export const enginesUsed = `(offline${realEngine === undefined ? "" : " = CLI"})`;

/**
 * Plays a script on the offline engine and, where it is, on the real one at the same time, and compares all they did. Returns what
 * the better judge of the two made of it.
 */
export async function playOnBoth<S extends Stage>(
  scenario: string,
  open: (engine: EngineName) => Promise<S>,
  script: (stage: S) => Promise<void>,
): Promise<S> {
  const play = async (engine: EngineName): Promise<S> => {
    const stage = await open(engine);
    onTestFinished(() => stage.close());
    await script(stage);
    return stage;
  };
  const [offline, cli] = await Promise.all([
    play("offline"),
    realEngine === undefined ? undefined : play("cli"),
  ]);
  if (cli === undefined) return offline;
  const found = differences(named(offline), named(cli));
  if (process.env["SHOW_DIFF"]) console.log(scenario, JSON.stringify(found, undefined, 1));
  expect(unexplained(scenario, found)).toEqual([]);
  return cli;
}

const named = ({ transcript }: Stage): Record<string, unknown> =>
  Object.fromEntries(transcript.map((entry, i) => [`${i + 1}:${entry.operation}`, entry]));
