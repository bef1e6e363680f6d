import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

/** Goes wrong in each process of Node.js that gets this signal, where nobody catches it. */
export function faultAt(signal: NodeJS.Signals, code: string): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "fault-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, "fault.cjs");
  writeFileSync(script, `process.on("${signal}", () => { ${code} });`);
  return { NODE_OPTIONS: `--require ${JSON.stringify(script)}` };
}
