import { expect } from "vitest";

import { Emulator } from "../../testing/emulator";
import { neverWeaker } from "./neverWeaker";

/** What tries the emulator itself does with protections whatever GitLab lets anybody do. */
const OF_THE_EMULATOR = /\/testing\//;

const start = Emulator.start.bind(Emulator);

// In every test file, also where it starts its emulator itself: no request of ours may leave a protection weaker.
Emulator.start = async (options) => {
  const gitlab = await start(options);
  return OF_THE_EMULATOR.test(expect.getState().testPath ?? "") ? gitlab : neverWeaker(gitlab);
};
