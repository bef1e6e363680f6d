import { execFileSync } from "node:child_process";

import { realEngine } from "../../testing/engine/trial/realEngine";

/** Says once a run which engines its tests play on. */
export default function sayWhichEngines(): void {
  console.log(`Engines: ${engines()}\n`);
}

function engines(): string {
  if (realEngine === undefined) {
    return "the offline one alone; `npm run pulumi` builds the real CLI where there is Go.";
  }
  const version = execFileSync(realEngine, ["version"], { encoding: "utf8" }).trim();
  return `the offline one, and the Pulumi CLI ${version} at ${realEngine}.`;
}
