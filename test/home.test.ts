import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { linksOf } from "./support/links";
import { packagesOf } from "./support/packed";
import { ROOT } from "./support/root";

it("is published with links that work on the registry's page: to the repository it is published from", () => {
  const folder = mkdtempSync(join(tmpdir(), "home-"));
  try {
    mkdirSync(join(folder, "testing"));
    for (const file of ["package.json", "testing/package.json", "README.md"])
      cpSync(join(ROOT, file), join(folder, file));
    const home = "https://gitlab.example.com/tools/gitlab-cd";
    execFileSync(process.execPath, [join(ROOT, "test/tools/home.mjs"), home, folder]);
    const links = linksOf(folder, "README.md");
    expect(links.filter((link) => !/^(https:|#)/.test(link))).toEqual([]);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(links).toContain(`${home}/-/blob/v${version}/docs/start.md`);
    expect(links).toContain(`${home}/-/raw/v${version}/docs/images/matrix.png`);
    const manifest = JSON.parse(readFileSync(join(folder, "testing/package.json"), "utf8")) as object;
    expect(manifest).toMatchObject({
      homepage: `${home}#readme`,
      bugs: { url: `${home}/-/issues` },
      repository: { url: `git+${home}.git`, directory: "testing" },
    });

    const [archive = ""] = packagesOf(folder, join(folder, "archives"));
    execFileSync("tar", ["-xzf", archive, "-C", folder]);
    expect(linksOf(join(folder, "package"), "README.md")).toEqual(links);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
