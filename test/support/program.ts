import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Door } from "../../provider/doors/kind";
import { ROOT } from "./root";

/** Inside the package, so that programs resolve `pulumi-gitlab-cd` to this checkout. */
const PROGRAMS = join(ROOT, "test", ".programs");

/** Without TypeScript a program starts in half the time. */
const PROJECT = `name: tested
runtime:
  name: nodejs
  options:
    typescript: false
main: index.js
`;

/** What a program of each door needs: its import, and where the project says its provider is. */
const DOORS: Readonly<Record<Door, { readonly module: string; readonly lines: string }>> = {
  dynamic: { module: "pulumi-gitlab-cd", lines: "" },
  native: {
    module: "pulumi-gitlab-cd/native",
    lines: `plugins:\n  providers:\n    - name: gitlab-cd\n      path: ${join(ROOT, "plugin")}\n`,
  },
};

/** A Pulumi project in a folder of its own whose program a test can rewrite between operations. */
export class TestProgram {
  readonly folder: string;

  /** With `native` the project has what both doors need. */
  constructor(
    body: string,
    readonly door: Door = "dynamic",
  ) {
    mkdirSync(PROGRAMS, { recursive: true });
    this.folder = mkdtempSync(join(PROGRAMS, "p-"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), PROJECT + DOORS[door].lines);
    this.write(body);
  }

  /** `body` has `gitlab` and `pulumi` in scope; what it assigns to `exports` becomes stack outputs. */
  write(body: string, door = this.door): void {
    const prelude = `const gitlab = require("${DOORS[door].module}"); const pulumi = require("@pulumi/pulumi");`;
    writeFileSync(join(this.folder, "index.js"), `"use strict";\n${prelude}\n${body}\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
