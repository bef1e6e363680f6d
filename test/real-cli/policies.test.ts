import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { ROOT } from "../support/root";
import { CliBench, onCli } from "./cli";

/** As its README says: a folder of its own, with its own package.json and dependencies. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const compilerOptions = { target: "es2022", module: "commonjs", strict: true, skipLibCheck: true };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "policies", version: "0.0.1" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const file of ["index.ts", "PulumiPolicy.yaml"])
    cpSync(join(ROOT, "examples", "policies", file), join(folder, file));
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["@pulumi", "@types", "typescript", "ts-node"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  symlinkSync(ROOT, join(folder, "node_modules", "pulumi-gitlab-cd"));
  return folder;
}

const protection = (args: string) =>
  `const p = new gitlab.GroupProtectedEnvironment("acme-production", { group: "acme", name: "production", ${args} });\n`;
const environment = (project: string, args = 'tier: "production"') =>
  `new gitlab.Environment(${JSON.stringify(project)}, { project: ${JSON.stringify(project)}, name: "live", ${args} });\n`;

onCli(
  "the policy pack sees the declarations with their types, in preview, and stops what breaks its rules",
  async () => {
    const bench = await CliBench.open();
    const pack = installed();
    const preview = async (program: string): Promise<{ exitCode: number; text: string }> => {
      bench.program.write(program);
      const { exitCode, stdout, stderr } = await bench.stack.pulumi(
        "preview",
        "--stack",
        bench.stack.name,
        "--policy-pack",
        pack,
      );
      return { exitCode, text: stdout + stderr };
    };
    const right =
      protection(
        "deployAccessLevels: [{ accessLevel: 40 }], approvalRules: [{ accessLevel: 40, requiredApprovals: 2 }]",
      ) + environment("acme/shop");
    const good = await preview(right);
    expect(good.text).toContain("gitlab-delivery");
    expect(good.exitCode, good.text).toBe(0);

    const wrong = await preview(
      protection("deployAccessLevels: [{ accessLevel: 30 }], approvalRules: [{ accessLevel: 40 }]") +
        environment("acme/shop") +
        environment("umbrella/site"),
    );
    expect(wrong.exitCode, wrong.text).not.toBe(0);
    expect(wrong.text).toContain("production takes 1 of 2 approvals");
    expect(wrong.text).toContain("every Developer may deploy to production");
    expect(wrong.text).toContain(
      "live of umbrella/site is production, and nothing in this program protects it",
    );
    expect(wrong.text).not.toContain("live of acme/shop is production");
    expect(bench.gitlab.requests).toEqual([]);
  },
);
