import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Inside the package, so that programs resolve `pulumi-gitlab-cd` to this checkout. */
const ROOT = join(__dirname, "..", ".programs");

/** Without TypeScript a program starts in half the time. */
const PROJECT = `name: tested
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
`;

/** A Pulumi project in a folder of its own whose program a test can rewrite between operations. */
export class TestProgram {
  readonly folder: string;

  constructor(body: string) {
    mkdirSync(ROOT, { recursive: true });
    this.folder = mkdtempSync(join(ROOT, "p-"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), PROJECT);
    this.write(body);
  }

  /** `body` has `gitlab` and `pulumi` in scope; what it assigns to `exports` becomes stack outputs. */
  write(body: string): void {
    const prelude = `const gitlab = require("pulumi-gitlab-cd"); const pulumi = require("@pulumi/pulumi");`;
    writeFileSync(join(this.folder, "index.js"), `"use strict";\n${prelude}\n${body}\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
