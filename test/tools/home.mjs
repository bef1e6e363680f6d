// `node test/tools/home.mjs https://host/group/project` before `npm publish`: writes where this repository lives into both packages and
// makes the README's links absolute, so that they work on the registry's page. Not committed: a fork has another address.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [home, folder = "."] = process.argv.slice(2);
if (!/^https:\/\/[^\s/]+\/\S+[^/]$/.test(home ?? "")) {
  console.error("usage: node test/tools/home.mjs https://host/group/project [folder]");
  process.exit(2);
}

const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
for (const directory of ["", "testing"]) {
  const file = join(folder, directory, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const repository = { type: "git", url: `git+${home}.git`, ...(directory ? { directory } : {}) };
  const fields = { homepage: `${home}#readme`, bugs: { url: `${home}/-/issues` }, repository };
  writeFileSync(file, `${JSON.stringify({ ...manifest, ...fields }, undefined, 2)}\n`);
}

const readme = join(folder, "README.md");
const absolute = readFileSync(readme, "utf8").replace(
  /\]\((?!https?:|#)([^)\s]+)\)/g,
  (_, path) => `](${home}/-/${/\.(png|svg)$/.test(path) ? "raw" : "blob"}/v${version}/${path})`,
);
writeFileSync(readme, absolute);
