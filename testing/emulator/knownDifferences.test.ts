import { expect, it } from "vitest";
import { Emulator } from "./index";
import { knownDifferences } from "./knownDifferences";

it.each(knownDifferences)("still differs: $here", async ({ probe }) => {
  const gitlab = await Emulator.start();
  try {
    expect(await probe(gitlab)).toBe(true);
  } finally {
    await gitlab.stop();
  }
});
