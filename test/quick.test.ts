import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { expect, it } from "vitest";

import { ROOT } from "./support/root";

it("every test file is run by the quick run, or named by it as left out", async () => {
  const script = join(ROOT, "test", "tools", "quick.mjs");
  const said = execFileSync(process.execPath, [script, "--list"], { cwd: ROOT, encoding: "utf8" });
  const lines = said.trimEnd().split("\n");
  const heading = lines.findIndex((line) => line.startsWith("Left out, as they start "));
  const run = lines.slice(0, heading);
  const leftOut = lines.slice(heading + 1).map((line) => line.trim());
  expect(lines[heading]).toMatch(new RegExp(`: ${leftOut.length} of ${run.length + leftOut.length} files$`));
  expect(run).toContain("examples/testing-your-rules/rules.test.ts");
  expect(leftOut).toContain("test/quick.test.ts");

  const { createVitest } = await import("vitest/node");
  const vitest = await createVitest("test", { root: ROOT, watch: false });
  const all = (await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId.slice(ROOT.length + 1));
  await vitest.close();
  expect([...run, ...leftOut].sort()).toEqual(all.sort());
});
