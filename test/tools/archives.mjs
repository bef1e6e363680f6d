// Makes the archives that `pulumi plugin install` takes, one for each system: all hold the folder `plugin`, which needs nothing but
// Node.js, and are the same bytes whenever and wherever they are made.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";

const root = join(import.meta.dirname, "..", "..");
const folder = process.argv[2] ?? join(root, "archives");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// Where Pulumi's own command runs: https://www.pulumi.com/docs/iac/download-install/
const SYSTEMS = ["linux", "darwin", "windows"].flatMap((os) =>
  ["amd64", "arm64"].map((arch) => `${os}-${arch}`),
);
const fileFor = (system) => join(folder, `pulumi-resource-gitlab-cd-v${version}-${system}.tar.gz`);

mkdirSync(folder, { recursive: true });
const [first, ...others] = SYSTEMS.map(fileFor);
const options = {
  file: first,
  cwd: join(root, "plugin"),
  gzip: { level: 9 },
  portable: true,
  mtime: new Date(0),
};
await create(options, readdirSync(options.cwd).sort());
for (const other of others) copyFileSync(first, other);
console.log([first, ...others].join("\n"));
