// Makes the two archives that are published: what `npm pack` packs, with pages that link to nothing their reader lacks. A registry's page
// shows the README without the files beside it, so the README names them instead; once `home.mjs` has written where the repository is,
// its links are absolute, and stay. The folder itself is never changed: `npm publish` of a folder reads the README that it shows after
// `postpack` (https://github.com/npm/cli/blob/latest/lib/commands/publish.js), so one changed while packing would not be shown.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { parseArgs } from "node:util";
import { create, extract } from "tar";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { built: { type: "boolean" } },
});
const [to = "archives"] = positionals;

const CODE = /^```[^]*?^```|^(?: {4}|\t).*$|`[^`\n]*`/;
const LINK = /(?<picture>!?)\[(?<label>[^\]]*)\]\((?<target>[^)\s]+)\)/;
const ELSEWHERE = /^(?:[a-z]+:|#)/;

/** A page as it reads in the package, which `holds` some of the files that it links to. */
function published(page, text, holds) {
  return text
    .replace(new RegExp(`${CODE.source}|${LINK.source}`, "gm"), (whole, ...rest) => {
      const [at, , { picture, label, target }] = rest.slice(-3);
      if (target === undefined || ELSEWHERE.test(target)) return whole;
      const path = posix.join(posix.dirname(page), target.split("#")[0]);
      if (!holds(path)) return picture ? "" : label;
      if (page !== "README.md") return whole;
      return text[at - 1] === "(" ? `${label}: \`${path}\`` : `${label} (\`${path}\`)`;
    })
    .replace(/\n{3,}/g, "\n\n");
}

function pack(folder, archive) {
  const work = mkdtempSync(join(tmpdir(), "package-"));
  try {
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", work];
    const [{ filename }] = JSON.parse(execFileSync("npm", args, { cwd: folder, encoding: "utf8" }));
    extract({ file: join(work, filename), cwd: work, sync: true });
    const root = join(work, "package");
    const holds = (path) => existsSync(join(root, path));
    const files = readdirSync(root, { recursive: true }).filter((name) =>
      statSync(join(root, name)).isFile(),
    );
    for (const name of files.filter((name) => name.endsWith(".md"))) {
      const page = name.replaceAll("\\", "/");
      writeFileSync(join(root, name), published(page, readFileSync(join(root, name), "utf8"), holds));
    }
    const file = archive(filename);
    create(
      { file, cwd: work, sync: true, gzip: { level: 9 }, portable: true },
      files.sort().map((name) => posix.join("package", name)),
    );
    return file;
  } finally {
    rmSync(work, { recursive: true });
  }
}

if (!values.built) execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
mkdirSync(to, { recursive: true });
for (const folder of [".", "testing"]) console.log(pack(folder, (name) => join(to, name)));
