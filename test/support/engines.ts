import { execFileSync } from "node:child_process";

import { findPulumi } from "../../testing/engine";

/** Says once a run which engines its tests play on. */
export default function sayWhichEngines(): void {
  console.log(`Engines: ${engines()}\n`);
}

function engines(): string {
  const pulumi = findPulumi();
  if (pulumi === undefined) {
    return "the offline one alone; `npm run pulumi` builds the real CLI where there is Go.";
  }
  const version = execFileSync(pulumi, ["version"], { encoding: "utf8" }).trim();
  return `the offline one, and the Pulumi CLI ${version} at ${pulumi}.`;
}
