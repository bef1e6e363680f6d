import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { shown } from "../support/docs";
import { CliBench, onCli } from "./cli";

const script = (settings: object): string => `
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const gitlab = require("pulumi-gitlab-cd");
const program = async () => {
  new gitlab.Environment("production", { project: "acme/shop", name: "production" });
};
(async () => {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "inline", projectName: "delivery", program },
    { projectSettings: { name: "delivery", runtime: "nodejs", ...${JSON.stringify(settings)} } },
  );
  console.log(JSON.stringify((await stack.up()).summary.resourceChanges));
  console.log(JSON.stringify((await stack.destroy()).summary.resourceChanges));
})().catch((error) => { console.error(error.message); process.exit(1); });
`;

function started(
  bench: CliBench,
  program: string,
  name = "inline.js",
): Promise<{ code: number; text: string }> {
  const file = join(bench.program.folder, name);
  writeFileSync(file, program);
  const elsewhere = mkdtempSync(join(tmpdir(), "inline-"));
  onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
  const { env } = bench.stack.commandLine("up");
  return new Promise((resolve) => {
    execFile(process.execPath, [file], { cwd: elsewhere, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, text: stdout + stderr });
    });
  });
}

onCli(
  "an inline program of the Automation API runs from any folder, where `main` says which one has the package",
  async () => {
    const bench = await CliBench.open();
    const { code, text } = await started(bench, script({ main: bench.program.folder }));
    expect(code, text).toBe(0);
    expect(text).toContain('{"create":2}');
    expect(text).toContain('{"delete":2}');
    expect(bench.gitlab.world.environments("acme/shop")).toEqual([]);
  },
);

onCli("the program that the page shows runs as an ECMAScript module", async () => {
  const bench = await CliBench.open();
  const [program = ""] = shown("docs/automation-api.md", "ts");
  const { code, text } = await started(bench, program, "inline.mjs");
  expect(code, text).toBe(0);
  expect(bench.gitlab.world.environments("acme/shop").map(({ name }) => name)).toEqual(["production"]);
});

onCli("and without `main` ends in the sentence that the documents name", async () => {
  const bench = await CliBench.open();
  const { code, text } = await started(bench, script({}));
  expect(code).toBe(1);
  // Which of the two is missed first is the language host's business.
  expect(text).toMatch(
    /Cannot find module '(pulumi-gitlab-cd\/dynamic|@pulumi\/pulumi\/cmd\/dynamic-provider)'/,
  );
  expect(text).toContain("`main` of its project settings");
});
